// Made by `npm run generate` from docs/src/reference/openapi.json. Do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What to change of an account. */
        AccountChanges: {
            /** @description Whether the system's keyring keeps what opens it. */
            remembered: boolean;
        };
        /** @description An account. */
        AccountView: {
            /** @description What Pato calls it: the `account` of its events and of actions. */
            handle: string;
            /** @description The name one types at the service. */
            login: string;
            /** @description What granted plugins need and the service does not let Pato do yet: log in anew to allow it. */
            missing_scopes: string[];
            /** @description The name one reads. */
            name: string;
            /** @description Whether the system's keyring keeps what opens it. */
            remembered: boolean;
            /** @description What it is for. */
            role: components["schemas"]["Role"];
            /** @description What the service lets Pato do with it. */
            scopes: string[];
            /** @description Its service. */
            service: components["schemas"]["Service"];
            /** @description Whether Pato has what opens it now. */
            unlocked: boolean;
        };
        /** @description What is needed to log in anew. */
        Authorization: {
            /** @description What the user has already, by its name. */
            secrets?: {
                [key: string]: string;
            };
        };
        BTreeMap: {
            [key: string]: {
                /** @description How the manifest declares it. */
                declaration: Record<string, never>;
                /** @description Whether that is the declared default. */
                is_default: boolean;
                /** @description Its value now. */
                value: Record<string, never>;
            };
        };
        /** @description What to call. */
        CallBody: {
            /** @description An action such as `chat.send`, or a plugin's command, `plugin-id.command`. */
            name: string;
            /** @description A JSON object. */
            parameters?: Record<string, never>;
        };
        /** @description A connector. */
        ConnectorView: {
            /** @description The actions that it performs. */
            actions: string[];
            /** @description Its id, which is the source of its events. */
            id: string;
            /**
             * Format: double
             * @description When it last heard something, in milliseconds since the epoch.
             */
            last_heard?: number | null;
            /**
             * Format: double
             * @description When it tries again, in milliseconds since the epoch.
             */
            next_try?: number | null;
            /** @description Why, where there is something to say. */
            reason?: string | null;
            /** @description How its connection stands. */
            state: string;
        };
        /** @description An event to publish. */
        EmitBody: {
            /** @description Its payload, in the shape of the topic's schema. */
            data?: Record<string, never>;
            /** @description Its topic. */
            topic: string;
        };
        /** @description What a request gets that could not be fulfilled. */
        ErrorBody: {
            /** @description The kind, one word, for programs. */
            error: string;
            /** @description What was wrong with which value, and what to do, for people. */
            message: string;
            /**
             * Format: int64
             * @description After how many milliseconds it may work, if too much was asked too fast.
             */
            retry_after_ms?: number | null;
        };
        /** @description The host at a glance. */
        HostView: {
            /** @description The connectors. */
            connectors: components["schemas"]["ConnectorView"][];
            /** @description The version of the contract with plugins. */
            contract: string;
            /**
             * Format: int64
             * @description How many events were published since it started.
             */
            events_published: number;
            /**
             * Format: int64
             * @description How many events were refused because their chain of causes was a loop.
             */
            loops_refused: number;
            /** @description How many plugins are installed. */
            plugins_installed: number;
            /** @description How many plugins run. */
            plugins_running: number;
            /**
             * Format: double
             * @description For how many seconds it has been running.
             */
            uptime_seconds: number;
            /** @description The version of Pato. */
            version: string;
        };
        /** @description A plugin before it is installed: what the user is asked to agree to. */
        InspectionView: {
            /** @description Who made it. */
            author: string;
            /** @description SHA-256 of the component, hexadecimal. */
            hash: string;
            /** @description Its id. */
            id: string;
            /** @description The version that is installed now. */
            installed_version?: string | null;
            /** @description Its name. */
            name: string;
            /** @description What it asks for; what the installed version was granted counts as granted. */
            requests: components["schemas"]["RequestView"][];
            /** @description Its version. */
            version: string;
            /** @description What looks like a mistake in its manifest. */
            warnings: string[];
        };
        /** @description What to log in to. */
        LoginRequest: {
            /** @description What to call it; none means after the service. */
            handle?: string | null;
            /** @description Whether the system's keyring shall keep what opens it. */
            remember?: boolean;
            /** @description What the account is for. */
            role?: components["schemas"]["Role"];
            /**
             * @description What the user has already, by its name: `token` and `webhook` for Discord, `client-secret` for
             *     Kick.
             */
            secrets?: {
                [key: string]: string;
            };
            /** @description The service. */
            service: components["schemas"]["Service"];
        };
        /** @description How a login stands. */
        LoginState: {
            /** @enum {string} */
            state: "waiting";
        } | {
            /** @enum {string} */
            state: "done";
        } | {
            /** @description Why, and what to do. */
            reason: string;
            /** @enum {string} */
            state: "failed";
        };
        /** @description A login. */
        LoginView: components["schemas"]["LoginState"] & {
            /** @description What the account is or will be called. */
            account: string;
            /** @description What the page asks for. */
            code?: string | null;
            /** @description What to confirm, and where, if there is no page. */
            confirm?: string | null;
            /**
             * Format: int64
             * @description How many seconds there are for it.
             */
            expires_in_seconds?: number | null;
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @description The service. */
            service: components["schemas"]["Service"];
            /** @description The page to open, if there is one. */
            url?: string | null;
        };
        /** @description A permission to grant or to take back. */
        PermissionBody: {
            /** @description As one types it: `call:chat.send`. */
            permission: string;
        };
        /** @description An installed plugin. */
        PluginView: {
            /** @description Who made it. */
            author: string;
            /** @description The commands that it understands. */
            commands: string[];
            /** @description What it does. */
            description: string;
            /** @description Whether it runs when the host does. */
            enabled: boolean;
            /** @description SHA-256 of the component, hexadecimal. */
            hash: string;
            /** @description Its id. */
            id: string;
            /** @description What it uses; none while it does not run. */
            metrics?: Record<string, never> | null;
            /** @description Its name. */
            name: string;
            /** @description Why, where there is something to say. */
            reason?: string | null;
            /** @description What it asks for. */
            requests: components["schemas"]["RequestView"][];
            /** @description What it is doing. */
            state: string;
            /** @description What it subscribed to. */
            subscriptions: string[];
            /** @description Its version. */
            version: string;
        };
        /** @description Recorded events. */
        Replay: {
            /** @description As a recording has them. */
            events: Record<string, never>[];
        };
        /** @description What came of it. */
        Replayed: {
            /** @description How many of the events the plugin is subscribed to. */
            wanted: number;
        };
        /** @description A permission that a plugin asks for. */
        RequestView: {
            /** @description Whether the user granted it. */
            granted: boolean;
            /** @description What it means, in plain words. */
            meaning: string;
            /** @description Whether the plugin also works without it. */
            optional: boolean;
            /** @description As one types it: `call:chat.send`. */
            permission: string;
            /** @description The plugin's own reason. */
            reason?: string | null;
        };
        /**
         * @description What an account is for.
         * @enum {string}
         */
        Role: "main" | "bot";
        /** @description A secret for a plugin. */
        SecretBody: {
            /** @description Its name, as the plugin's manifest has it. */
            name: string;
            /** @description The secret itself. */
            value: string;
        };
        /**
         * @description A service that one logs in to.
         * @enum {string}
         */
        Service: "twitch" | "discord" | "kick" | "vtube";
        /** @description The versions of the host and of its contract with plugins. */
        Versions: {
            /** @description Of the contract: what a manifest's `api_version` is compared with. */
            api_version: string;
            /** @description Of Pato. */
            version: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
