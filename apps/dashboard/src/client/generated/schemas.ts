// Made by `npm run generate` from docs/src/reference/openapi.json and docs/src/reference/pages.json. Do not edit.

import type { Json, JsonObject } from "../frames";

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
        /** @description What the user says to a question. */
        Answer: {
            /** @description `once`, `always` or `never`. */
            decision: components["schemas"]["Decision"];
            /** @description As one types it: `call:chat.send`. */
            permission: string;
        };
        /** @description Something that was granted, refused or used. */
        AuditView: {
            /** @description More, where there is more to say. */
            detail?: string | null;
            /**
             * Format: int64
             * @description Its number; later ones are larger.
             */
            id: number;
            /** @description The permission that it is about. */
            permission?: string | null;
            /** @description Which plugin. */
            plugin: string;
            /**
             * Format: double
             * @description When, in milliseconds since the epoch.
             */
            time: number;
            /**
             * Format: int32
             * @description How often, where it happened over and over within some seconds.
             */
            times: number;
            /**
             * @description What happened: `installed`, `updated`, `rolled-back`, `removed`, `granted`, `granted-once`,
             *     `revoked`, `refused` (for good), `denied`, `used` (something that can do harm), or
             *     `publisher-forgotten`.
             */
            what: string;
        };
        /** @description What is needed to log in anew. */
        Authorization: {
            /** @description What the user has already, by its name. */
            secrets?: {
                [key: string]: string;
            };
        };
        /** @description A copy of the database. */
        BackupView: {
            /**
             * Format: int64
             * @description Its size, in bytes.
             */
            bytes: number;
            /**
             * Format: double
             * @description When it was made, in milliseconds since the epoch.
             */
            made_at: number;
            /** @description Its name: when it was made, and why. */
            name: string;
        };
        /** @description What to call. */
        CallBody: {
            /** @description An action such as `chat.send`, or a plugin's command, `plugin-id.command`. */
            name: string;
            /** @description A JSON object. */
            parameters?: Record<string, never>;
        };
        /** @description A command of a plugin. */
        CommandView: {
            /** @description What it does. */
            description?: string | null;
            /** @description Its name, such as `next-scene`. */
            name: string;
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
        /**
         * @description What the user says to a question.
         * @enum {string}
         */
        Decision: "once" | "always" | "never";
        /** @description A paired device. */
        DeviceView: {
            /**
             * Format: int32
             * @description Its number.
             */
            id: number;
            /** @description What the user calls it. */
            name: string;
            /**
             * Format: double
             * @description When it was paired, in milliseconds since the epoch.
             */
            paired_at: number;
            /**
             * Format: double
             * @description When it was last used, to the minute, in milliseconds since the epoch.
             */
            used_at: number;
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
        /** @description What a function answered. */
        FunctionAnswer: {
            /** @description In WAVE: `ok(5)`. */
            answer: string;
        };
        /** @description A function of an interface that a plugin offers to others. */
        FunctionBody: {
            /** @description Its arguments, in WAVE, with commas between them: `"ronni", 5`. */
            arguments?: string;
            /** @description The function in it. */
            function: string;
            /** @description The interface: `points`, or in full `ronni:points/points@1.0.0`. */
            interface: string;
            /** @description The plugin's id. */
            plugin: string;
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
        /** @description What came of an import. */
        ImportView: {
            /** @description The plugins that are installed now as the set-up has them. */
            installed: string[];
            /** @description The plugins that could not be had, and why. */
            missing: components["schemas"]["MissingView"][];
            /** @description What else could not be taken over, and why. */
            remarks: string[];
        };
        IndexMap: {
            [key: string]: {
                /** @description How the manifest declares it. */
                declaration: Record<string, never>;
                /** @description Whether that is the declared default. */
                is_default: boolean;
                /** @description Its value now. */
                value: Record<string, never>;
            };
        };
        /** @description A list of plugins that the user added. */
        IndexView: {
            /** @description What it says of itself. */
            description?: string | null;
            /**
             * Format: double
             * @description When it was last fetched, in milliseconds since the epoch.
             */
            fetched_at?: number | null;
            /** @description The key that signs it; none if it is unsigned. */
            key?: string | null;
            /** @description Its name, once it was fetched. */
            name?: string | null;
            /** @description How many plugins are in it. */
            plugins: number;
            /**
             * Format: int32
             * @description Which comes first where several have the same plugin: the smallest.
             */
            priority: number;
            /** @description Why it could not be fetched the last time. */
            problem?: string | null;
            /** @description Its address. */
            url: string;
        };
        /** @description A plugin before it is installed: what the user is asked to agree to. */
        InspectionView: {
            /** @description Who made it. */
            author: string;
            /** @description What it does. */
            description: string;
            /** @description SHA-256 of the component, hexadecimal. */
            hash: string;
            /** @description Where to read more. */
            homepage?: string | null;
            /** @description Its id. */
            id: string;
            /** @description The version that is installed now. */
            installed_version?: string | null;
            /** @description Its licence, as an SPDX expression. */
            license?: string | null;
            /** @description Its name. */
            name: string;
            publisher?: components["schemas"]["PublisherView"] | null;
            /** @description What it asks for; what the installed version was granted counts as granted. */
            requests: components["schemas"]["RequestView"][];
            /** @description Its version. */
            version: string;
            /** @description What looks like a mistake in its manifest. */
            warnings: string[];
        };
        /** @description One version of a plugin in a list. */
        ListedVersionView: {
            /** @description What is different in it. */
            changes?: string | null;
            /** @description When it was published, as RFC 3339 has it. */
            published?: string | null;
            /** @description What people are asked to grant. */
            requests: components["schemas"]["RequestView"][];
            /**
             * Format: int64
             * @description Its size, in bytes.
             */
            size: number;
            /** @description The version. */
            version: string;
            /** @description Why it was withdrawn, if it was. */
            yanked?: string | null;
        };
        /** @description A plugin in a list. */
        ListingView: {
            /** @description Who made it. */
            author: string;
            /** @description What it does. */
            description: string;
            /** @description Where to read more. */
            homepage?: string | null;
            /** @description Its id. */
            id: string;
            /** @description The list that it is in. */
            index: string;
            /** @description The version that is installed now. */
            installed_version?: string | null;
            /** @description Its licence, as an SPDX expression. */
            license?: string | null;
            /** @description Its name. */
            name: string;
            /** @description Addresses of pictures. */
            pictures: string[];
            publisher?: components["schemas"]["PublisherView"] | null;
            /** @description Why it should not be installed, if the list says so. */
            revoked?: string | null;
            /** @description Its versions, the newest first. */
            versions: components["schemas"]["ListedVersionView"][];
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
             * @description What the user has already, by its name: `token` for Twitch and Discord, `webhook` for
             *     Discord, `client-secret` for Kick.
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
        /** @description A plugin that an import could not have. */
        MissingView: {
            /** @description Its id. */
            id: string;
            /** @description Why, and what to do. */
            reason: string;
        };
        /** @description How Pato stands to the network. */
        NetworkView: {
            /** @description Where it can be reached from the network, such as `http://192.168.1.20:7286`. */
            addresses: string[];
            code?: components["schemas"]["PairingCodeView"] | null;
            /** @description The devices that are paired. */
            devices: components["schemas"]["DeviceView"][];
            /** @description Whether it is open to paired devices. */
            open: boolean;
            /** @description Why it can't be reached although it is open. */
            problem?: string | null;
        };
        /** @description A list of plugins. */
        NewIndex: {
            /** @description The key that signs it; without, it is taken unsigned. */
            key?: string | null;
            /**
             * Format: int32
             * @description Which comes first where several have the same plugin: the smallest.
             */
            priority?: number;
            /** @description Its address. */
            url: string;
        };
        /** @description The user's answer to an offer. */
        OfferAnswer: {
            /** @description What is granted. What it does not ask for is refused. */
            grant: string[];
        };
        /** @description What the user wants to have. */
        OfferRequest: {
            /** @description Install it under this name, beside what is installed already. */
            name?: string | null;
            /**
             * @description An address, a file, `oci://…`, `namespace:name`, or an id in one of the lists, with `@version` if it
             *     shall be a certain one.
             */
            reference: string;
            /** @description Refuse it unless it has this SHA-256. */
            sha256?: string | null;
        };
        /**
         * @description How far a plugin on its way in has come.
         * @enum {string}
         */
        OfferStage: "resolving" | "fetching" | "asking" | "installing" | "trial" | "installed" | "up-to-date" | "declined" | "failed";
        /** @description A plugin on its way in. */
        OfferView: {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            inspection?: components["schemas"]["InspectionView"] | null;
            /** @description Whether there is something to decide. An update that asks for nothing new goes on by itself. */
            needs_answer: boolean;
            /** @description The installed plugin, at the end. */
            plugin?: string | null;
            /** @description Why it failed, and what to do. */
            problem?: string | null;
            /**
             * Format: int64
             * @description How many bytes have come.
             */
            received: number;
            /** @description What was asked for, as the user wrote it. */
            reference: string;
            /** @description How far it has come. */
            stage: components["schemas"]["OfferStage"];
            /**
             * Format: int64
             * @description How many there are, if that is known.
             */
            total?: number | null;
        };
        /** @description A code that pairs one device. */
        PairingCodeView: {
            /** @description Its 8 characters. */
            code: string;
            /**
             * Format: int64
             * @description For how many seconds it counts.
             */
            seconds: number;
        };
        /** @description A permission to grant or to take back. */
        PermissionBody: {
            /** @description As one types it: `call:chat.send`. */
            permission: string;
        };
        /** @description Whether a plugin stays at its version. */
        Pin: {
            /** @description Whether it stays. */
            pinned: boolean;
        };
        /** @description An installed plugin. */
        PluginView: {
            /** @description Who made it. */
            author: string;
            /** @description The commands that it understands. */
            commands: components["schemas"]["CommandView"][];
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
            /** @description Whether its events wait, because the user wants that. */
            paused: boolean;
            /** @description Whether it stays at its version. */
            pinned: boolean;
            publisher?: components["schemas"]["PublisherView"] | null;
            /** @description Why, where there is something to say. */
            reason?: string | null;
            /** @description What it asks for. */
            requests: components["schemas"]["RequestView"][];
            /** @description The secrets that it uses and never sees. */
            secrets: components["schemas"]["SecretView"][];
            /** @description Where it came from: an address, or an id in a list of plugins. */
            source?: string | null;
            /** @description What it is doing. */
            state: string;
            /** @description What it subscribed to. */
            subscriptions: string[];
            /** @description The version that has taken its place on trial; this one stands by. */
            trial?: string | null;
            /** @description Its version. */
            version: string;
        };
        /** @description Who signed a plugin. */
        PublisherView: {
            /** @description The key, as minisign writes it. */
            key: string;
            /** @description Whether a plugin of this name came with this key before. */
            known: boolean;
            /** @description The same in words, for people to compare. */
            words: string;
        };
        /** @description Something that a plugin wanted to do, asks for in its manifest, and was not granted. */
        QuestionView: {
            /** @description What to know before granting it, if it can do harm. */
            danger?: string | null;
            /** @description What it means, in plain words. */
            meaning: string;
            /** @description What it wanted, as one types it: `call:chat.send`. */
            permission: string;
            /** @description The plugin. */
            plugin: string;
            /** @description Its name. */
            plugin_name: string;
            /** @description The plugin's own reason. */
            reason?: string | null;
            /**
             * Format: double
             * @description When it wanted that first, in milliseconds since the epoch.
             */
            since: number;
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
            /** @description What to know before granting it, if it can do harm. */
            danger?: string | null;
            /** @description Whether the user granted it. */
            granted: boolean;
            /** @description Whether the version before did not ask for it. */
            is_new?: boolean;
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
        /** @description A secret that a plugin uses and never sees. */
        SecretView: {
            /** @description The only hosts it is ever sent to. */
            hosts: string[];
            /** @description Whether Pato has it now. */
            is_set: boolean;
            /** @description What the user is asked for. */
            label?: string | null;
            /** @description Its name, such as `token`. */
            name: string;
        };
        /**
         * @description A service that one logs in to.
         * @enum {string}
         */
        Service: "twitch" | "discord" | "kick" | "vtube";
        /** @description A set-up: what is installed, granted, set and arranged. */
        SetUp: {
            /** @description The lists of plugins, the most important first. */
            indexes?: components["schemas"]["SetUpIndex"][];
            /** @description How the dashboard is arranged. */
            layout?: Record<string, never> | null;
            /** @description The version of Pato that wrote it. */
            pato: string;
            /**
             * Format: int32
             * @description The form of this file: 1.
             */
            pato_set_up: number;
            /** @description The plugins. */
            plugins: components["schemas"]["SetUpPlugin"][];
        };
        /** @description A list of plugins in a set-up. */
        SetUpIndex: {
            /** @description The key that signs it. */
            key?: string | null;
            /**
             * Format: int32
             * @description Which comes first: the smallest.
             */
            priority: number;
            /** @description Its address. */
            url: string;
        };
        /** @description A plugin in a set-up. */
        SetUpPlugin: {
            /** @description The id in its manifest, if that is another. */
            component?: string | null;
            /** @description Whether it runs. */
            enabled: boolean;
            /** @description What it is granted. */
            grants: string[];
            /** @description Its id, or the name that it was installed under. */
            id: string;
            /** @description Where it came from. */
            origin: string;
            /** @description Where its overlays stand. */
            overlays?: Record<string, never>;
            /** @description Whether it stays at its version. */
            pinned?: boolean;
            /** @description The key that signed it. */
            publisher?: string | null;
            /** @description What is set, where it is not the default. */
            settings?: Record<string, never>;
            /** @description SHA-256 of the component, hexadecimal. */
            sha256: string;
            /** @description Where it can be fetched, if it was. */
            source?: string | null;
            /** @description Its version. */
            version: string;
        };
        /** @description A newer version of an installed plugin. */
        UpdateView: {
            /** @description What is different. */
            changes?: string | null;
            /** @description The version that is installed. */
            from: string;
            /** @description Its name. */
            name: string;
            /** @description Whether the user wants the installed version to stay. */
            pinned: boolean;
            /** @description The plugin. */
            plugin: string;
            /** @description The newer one. */
            to: string;
        };
        /** @description Which version. */
        Version: {
            /**
             * @description None means the newest, or the latest before.
             * @default null
             */
            version?: string | null;
        };
        /** @description An earlier version of an installed plugin. */
        VersionView: {
            /** @description SHA-256 of the component, hexadecimal. */
            hash: string;
            /** @description Why it was given up, if it failed. */
            reason?: string | null;
            /**
             * Format: double
             * @description When another took its place, in milliseconds since the epoch.
             */
            replaced_at: number;
            /** @description Its version. */
            version: string;
        };
        /** @description The versions of the host and of its contract with plugins. */
        Versions: {
            /** @description Of the contract: what a manifest's `api_version` is compared with. */
            api_version: string;
            /** @description Of Pato. */
            version: string;
        };
        /** @description Something that happened on the channel. */
        ActivityView: {
            /** @description The account or instance of the source. */
            account?: string | null;
            /** @description Its payload. */
            data: Json;
            /** @description The event's id. */
            id: string;
            /** @description It was told again. */
            replayed: boolean;
            /** @description Nobody really did it. */
            simulated: boolean;
            /** @description Who said so. */
            source: string;
            /**
             * Format: double
             * @description When, in milliseconds since the epoch.
             */
            time: number;
            /** @description What happened, such as `channel.follow`. */
            topic: string;
        };
        /** @description What an overlay shows for a while. */
        Alert: {
            /**
             * Format: uint32
             * @description For how many milliseconds.
             */
            duration: number;
            enter: components["schemas"]["Animation"];
            leave: components["schemas"]["Animation"];
            /** @description What is drawn, with constants only: an alert tells of one moment. */
            nodes: components["schemas"]["Node"][];
            /**
             * Format: uint8
             * @description What has more is shown before what has less; among equals, in order.
             */
            priority: number;
            /** @description What is heard. */
            sound?: components["schemas"]["Sound"] | null;
        };
        /** @description How the children of a row or column are placed. */
        Alignment: "start" | "center" | "end" | "stretch";
        /** @description How an alert comes and goes. */
        Animation: "none" | "fade" | "slide-up" | "slide-down" | "slide-left" | "slide-right" | "zoom" | "bounce";
        /** @description A part of a [`Markdown`]. */
        Block: {
            /** @description Its pieces. */
            content: components["schemas"]["Inline"][];
            /** @constant */
            type: "paragraph";
        } | {
            /** @description The entries, each of blocks. */
            items: components["schemas"]["Block"][][];
            /**
             * Format: uint32
             * @description The number of the first; without one there are bullets.
             */
            start?: number | null;
            /** @constant */
            type: "list";
        };
        /** @description What one plugin calls in another: an interface that it imports, or commands. */
        CallEdge: {
            /** @description Whether a call could be answered now, as far as the plugin that is called is concerned. */
            available: boolean;
            /** @description The plugin that is called; none if none offers the interface now. */
            callee?: string | null;
            /** @description The plugin that calls. */
            caller: string;
            /** @description The functions of the interface, or the commands that were called. */
            functions: components["schemas"]["CalledFunction"][];
            /** @description The interface, as the caller imports it; none for commands. */
            interface?: string | null;
            /** @description Why not, in words. */
            reason?: string | null;
        };
        /** @description A function or a command, as one plugin calls it in another. */
        CalledFunction: {
            /**
             * Format: uint64
             * @description How often it was called since the caller was loaded.
             */
            calls: number;
            /**
             * Format: uint64
             * @description How often the host had to answer in its place: it was not allowed, not there, not done in time, or it
             *     trapped. What it answers itself does not count, errors included.
             */
            failures: number;
            /** @description Whether it may be called: asked for, and granted by the user. */
            granted: boolean;
            /** @description What was said the last time. */
            last_failure?: string | null;
            /** @description Its name. */
            name: string;
            /** @description The permission that it needs, as one types it; none while nobody offers it. */
            permission?: string | null;
            /** @description Whether the manifest of the caller asks for it. */
            requested: boolean;
        };
        /** @description What a chart looks like. */
        ChartKind: "line" | "bar" | "pie";
        /** @description One of several that can be chosen. */
        Choice: {
            /** @description What the user reads. */
            label: string;
            /** @description What the plugin is told. */
            value: string;
        };
        /** @description What a client sends. */
        ClientFrame: {
            /** @description The family of the action, or the id of a plugin. */
            module: string;
            /** @description The rest of the action's name, or the plugin's command. */
            name: string;
            /**
             * @description A JSON object.
             * @default {}
             */
            params?: JsonObject;
            request_id: components["schemas"]["RequestId"];
            /** @constant */
            type: "call";
            /**
             * Format: uint32
             * @description The version of the action. There is only 1.
             * @default 1
             */
            version?: number;
        } | {
            /** @description Whether events shall also carry `details`. */
            details?: boolean;
            /** @description The first segment of the topic; `*` for every one. */
            module: string;
            /** @description The rest of the topic, in which `*` stands for any text, dots included. */
            name: string;
            /** @constant */
            type: "subscribe";
        } | {
            /** @description Whether events shall also carry `details`. */
            details?: boolean;
            /** @description The first segment of the topic; `*` for every one. */
            module: string;
            /** @description The rest of the topic, in which `*` stands for any text, dots included. */
            name: string;
            /** @constant */
            type: "unsubscribe";
        } | {
            /** @description Which one, where there are several: a plugin's id, `plugin/surface`, the number of a login. */
            key?: string | null;
            /** @constant */
            type: "watch";
            /** @description What: `plugins`, `surface` and so on; the reference lists them. */
            view: string;
        } | {
            /** @description Which one, where there are several: a plugin's id, `plugin/surface`, the number of a login. */
            key?: string | null;
            /** @constant */
            type: "unwatch";
            /** @description What: `plugins`, `surface` and so on; the reference lists them. */
            view: string;
        };
        /** @description A column of a table. */
        Column: {
            /**
             * @description Whether the user may change its texts or numbers.
             * @default false
             */
            editable: boolean;
            /** @description The field of each row's object. */
            key: string;
            kind: components["schemas"]["ColumnKind"];
            /** @description What stands above it. */
            label: string;
        };
        /** @description What stands in a column of a table. */
        ColumnKind: "text" | "number" | "moment" | "toggle" | "button";
        /** @description The rest of an event's envelope. */
        Details: {
            /** @description The account or instance of the source. */
            account?: string | null;
            /** @description The event that led to it. */
            cause?: string | null;
            /** @description Names the event. */
            id: string;
            /** @description Who says so. */
            source: string;
        } & {
            [key: string]: unknown;
        };
        /** @description How Discord is set up. */
        DiscordView: {
            /** @description The channels whose messages are chat. */
            channels: string[];
            /** @description The server; none means every one that the bot is in. */
            guild?: string | null;
            /** @description Whether "Server Members Intent" is switched on at Discord. */
            members: boolean;
            /** @description Whether "Message Content Intent" is switched on at Discord. */
            message_content: boolean;
        };
        /**
         * @description A surface as a page draws it.
         *
         *     Of the values there are only those that nodes are bound to. The value of a `markdown`, be it a constant
         *     or bound, is a [`Markdown`](crate::Markdown): no page reads the text form.
         */
        Drawing: {
            /** @description The table; empty while nothing is drawn. */
            nodes: components["schemas"]["Node"][];
            /** @description Why nothing is drawn. */
            problem?: string | null;
            /** @description The values by name. */
            values: JsonObject;
        };
        /** @description One thing that happened, as it stands on the bus. */
        Event: {
            /** @description The account or instance of the source, where it has several. */
            account?: string | null;
            /** @description The event that led to this one. */
            cause?: string | null;
            /** @description The JSON object that the topic's schema describes. */
            data: JsonObject;
            /**
             * Format: uint8
             * @description How many events led to this one, each the cause of the next.
             * @default 0
             */
            depth: number;
            /** @description Names the event; given by the bus. */
            id: string;
            /** @description Caused by Pato itself, such as a chat message that a plugin sent. */
            own?: boolean;
            /** @description From a recording, or delivered again out of the history. */
            replayed?: boolean;
            /** @description Made by the simulator or by hand. */
            simulated?: boolean;
            /** @description Who says so: a connector, `host`, or `plugin:<id>`. */
            source: string;
            /**
             * @description Whether it is the state of its topic, kept for whoever subscribes later.
             * @default false
             */
            stateful: boolean;
            /**
             * Format: double
             * @description When it happened.
             */
            time: number;
            /** @description What happened. */
            topic: string;
        };
        /** @description The frame `event`. */
        EventFrame: {
            /** @description The payload. */
            data: Json;
            /** @description The rest of the envelope, for clients that asked for it. */
            details?: components["schemas"]["Details"] | null;
            /** @description The first segment of the topic. */
            module: string;
            /** @description The rest of it. */
            name: string;
            /**
             * Format: double
             * @description When it happened, in milliseconds since the Unix epoch.
             */
            timestamp: number;
            /**
             * Format: uint32
             * @description The version of the topic. There is only 1.
             */
            version: number;
        };
        /** @description What the host sends. */
        HostFrame: (components["schemas"]["EventFrame"] & {
            /** @constant */
            type: "event";
        }) | (components["schemas"]["Response"] & {
            /** @constant */
            type: "response";
        }) | {
            /** @description What was wrong with it, and what would be right. */
            message: string;
            /** @constant */
            type: "error";
        } | (components["schemas"]["View"] & {
            /** @constant */
            type: "view";
        }) | (components["schemas"]["ViewValues"] & {
            /** @constant */
            type: "values";
        }) | {
            /**
             * Format: uint32
             * @description How many.
             */
            dropped: number;
            /** @constant */
            type: "lagged";
        };
        /** @description A piece of running text. */
        Inline: {
            /** @description The text. */
            text: string;
            /** @constant */
            type: "text";
        } | {
            /** @description The text. */
            text: string;
            /** @constant */
            type: "code";
        } | {
            /** @description What is bold. */
            content: components["schemas"]["Inline"][];
            /** @constant */
            type: "strong";
        } | {
            /** @description What is italic. */
            content: components["schemas"]["Inline"][];
            /** @constant */
            type: "emphasis";
        } | {
            /** @description What is shown. */
            content: components["schemas"]["Inline"][];
            /** @description An address that begins with `https://`. */
            href: string;
            /** @constant */
            type: "link";
        } | {
            /** @constant */
            type: "break";
        };
        /** @description How Kick is set up. */
        KickView: {
            /** @description The channel. */
            channel?: string | null;
            /** @description The application that the account is added with. */
            client_id?: string | null;
            /** @description Whether it is read without login, in a way that Kick promises nothing about. */
            unofficial: boolean;
        };
        /** @description What a node is. */
        Kind: {
            align: components["schemas"]["Alignment"];
            /**
             * Format: uint8
             * @description The space between them, in steps of 4 pixels: 0 to 16.
             */
            gap: number;
            /** @constant */
            type: "column";
        } | {
            align: components["schemas"]["Alignment"];
            /**
             * Format: uint8
             * @description The space between them, in steps of 4 pixels: 0 to 16.
             */
            gap: number;
            /** @constant */
            type: "row";
        } | {
            /**
             * Format: uint8
             * @description How many: 1 to 12.
             */
            columns: number;
            /** @constant */
            type: "grid";
        } | {
            /** @description What stands above it; may be empty. */
            title: string;
            /** @constant */
            type: "card";
        } | {
            /** @constant */
            type: "tabs";
        } | {
            /** @description What it is called. */
            label: string;
            /** @constant */
            type: "tab";
        } | {
            /** @constant */
            type: "divider";
        } | {
            style: components["schemas"]["TextStyle"];
            tone: components["schemas"]["Tone"];
            /** @constant */
            type: "text";
        } | {
            /** @constant */
            type: "markdown";
        } | {
            /** @description What it shows, for who cannot see it. */
            alt: string;
            /**
             * Format: uint32
             * @description In pixels; 0 means as the picture has it.
             */
            height: number;
            /** @constant */
            type: "image";
            /**
             * Format: uint32
             * @description In pixels; 0 means as wide as the place allows.
             */
            width: number;
        } | {
            /** @description Of the Lucide set. */
            name: string;
            tone: components["schemas"]["Tone"];
            /** @constant */
            type: "icon";
        } | {
            /** @description What it is. */
            label: string;
            /** @constant */
            type: "stat";
            /** @description Stands after it; may be empty. */
            unit: string;
        } | {
            /** @description What it is. */
            label: string;
            /**
             * Format: double
             * @description The value that is full.
             */
            maximum: number;
            /** @constant */
            type: "progress";
        } | {
            /** @description Its columns. */
            columns: components["schemas"]["Column"][];
            /** @description What is shown while there are no rows. */
            empty: string;
            /** @constant */
            type: "table";
        } | {
            /** @constant */
            type: "items";
        } | {
            /** @description What it shows, for who cannot see it. */
            label: string;
            shape: components["schemas"]["ChartKind"];
            /** @constant */
            type: "chart";
            /** @description Of its values; may be empty. */
            unit: string;
        } | {
            /** @description What the user is asked before it counts; empty means nothing. */
            confirm: string;
            /** @description Of the Lucide set; may be empty. */
            icon: string;
            /** @description What stands on it. */
            label: string;
            tone: components["schemas"]["Tone"];
            /** @constant */
            type: "button";
        } | {
            /** @description What it is. */
            label: string;
            /** @constant */
            type: "toggle";
        } | {
            /** @description What it is. */
            label: string;
            /**
             * Format: double
             * @description The most.
             */
            maximum: number;
            /**
             * Format: double
             * @description The least.
             */
            minimum: number;
            /**
             * Format: double
             * @description Between two values.
             */
            step: number;
            /** @constant */
            type: "slider";
        } | {
            /** @description What can be chosen. */
            choices: components["schemas"]["Choice"][];
            /** @description What it is. */
            label: string;
            /** @constant */
            type: "select";
        } | {
            /** @description What it is. */
            label: string;
            /**
             * Format: uint8
             * @description More than 1 makes it a field of several lines.
             */
            lines: number;
            /**
             * Format: uint32
             * @description In characters; at most 4,000.
             */
            "max-length": number;
            /** @description What stands in it while it is empty. */
            placeholder: string;
            /** @constant */
            type: "text-input";
        } | {
            /** @description What it is. */
            label: string;
            /**
             * Format: double
             * @description The most.
             */
            maximum: number;
            /**
             * Format: double
             * @description The least.
             */
            minimum: number;
            /**
             * Format: double
             * @description Between two values.
             */
            step: number;
            /** @constant */
            type: "number-input";
        } | {
            /** @description What stands on its button. */
            label: string;
            /** @constant */
            type: "form";
        } | {
            /**
             * Format: uint32
             * @description How many of the last are shown: 1 to 1,000.
             */
            lines: number;
            /** @constant */
            type: "log";
        };
        /** @description How the user arranged the dashboard. */
        Layout: {
            /** @description Its pages, in order. */
            pages: components["schemas"]["LayoutPage"][];
        };
        /** @description A widget's place. */
        LayoutItem: {
            /**
             * Format: uint32
             * @description In rows of 40 pixels.
             */
            h: number;
            /** @description `plugin/surface`. */
            surface: string;
            /**
             * Format: uint32
             * @description In columns: 1 to 12.
             */
            w: number;
            /**
             * Format: uint32
             * @description The first of its columns: 0 to 11.
             */
            x: number;
            /**
             * Format: uint32
             * @description The first of its rows.
             */
            y: number;
        };
        /** @description One page of the dashboard. */
        LayoutPage: {
            /** @description Names it. */
            id: string;
            /** @description Its widgets. */
            items: components["schemas"]["LayoutItem"][];
            /** @description What the user calls it. */
            title: string;
        };
        /** @description How important a line is. */
        LogLevel: "trace" | "debug" | "info" | "warn" | "error";
        /** @description One line of a plugin's log. */
        LogLine: {
            level: components["schemas"]["LogLevel"];
            /**
             * Format: uint64
             * @description Counts the plugin's lines from 0, so that whoever follows the log knows where to go on.
             */
            number: number;
            /** @description What; known secrets are blotted out. */
            text: string;
            /**
             * Format: double
             * @description When, in milliseconds since the epoch.
             */
            time: number;
        };
        /**
         * @description A text with a little formatting, as pages receive it: they build elements from it and never read
         *     Markdown themselves.
         */
        Markdown: {
            /** @description One below the other. */
            blocks: components["schemas"]["Block"][];
        };
        /** @description One row of the table that a surface is drawn from. */
        Node: {
            /** @description Names it in what people do, within its surface; may be empty. */
            id?: string;
            kind: components["schemas"]["Kind"];
            /**
             * Format: uint32
             * @description The index of the node that it is in, smaller than its own. Only the first has none.
             */
            parent?: number | null;
            value?: components["schemas"]["Source"];
            /** @description The value by whose being `false` it is hidden. */
            visible?: string | null;
        };
        /** @description How an OBS Studio is set up. */
        ObsView: {
            /** @description Whether Pato has its password now. */
            has_password: boolean;
            /** @description What it is called. */
            name: string;
            /** @description Where its WebSocket server listens. */
            url: string;
        };
        /** @description An overlay as its page draws it. */
        OverlayScene: {
            /** @description What is there for a while. */
            alert?: components["schemas"]["ShownAlertView"] | null;
            /** @description The table; empty while nothing is drawn. */
            nodes: components["schemas"]["Node"][];
            placement: components["schemas"]["Placement"];
            /** @description Why nothing is drawn. */
            problem?: string | null;
            /** @description The values by name. */
            values: JsonObject;
        };
        /** @description An overlay, and how it stands. */
        OverlayView: {
            /**
             * @description What OBS opens as a browser source, from the `/` of this server on; what follows the `#` opens
             *     this overlay and nothing else.
             */
            address: string;
            /**
             * Format: uint
             * @description How many pages show it now.
             */
            connected: number;
            /** @description What it shows. */
            description?: string | null;
            /** @description Whether the user lets the plugin show such. */
            granted: boolean;
            /**
             * Format: uint32
             * @description A widget: in rows of 40 pixels; an overlay: in pixels.
             */
            height: number;
            /** @description Of the Lucide set. */
            icon?: string | null;
            /** @description The name that its manifest gives the surface. */
            id: string;
            /** @description What it is: `widget`, `page` or `overlay`. */
            kind: string;
            placement: components["schemas"]["Placement"];
            /** @description The plugin. */
            plugin: string;
            /** @description What people call the plugin. */
            plugin_name: string;
            /** @description Whether the plugin runs. */
            running: boolean;
            /** @description What people call it. */
            title: string;
            /**
             * Format: uint
             * @description How many alerts wait for it.
             */
            waiting: number;
            /**
             * Format: uint32
             * @description A widget: in columns of 12; an overlay: in pixels.
             */
            width: number;
        };
        /** @description Where an overlay stands on the stream, and what it looks like. In pixels of a stage of 1920 x 1080. */
        Placement: {
            /**
             * @description Of what stands out: `#rrggbb` or `#rrggbbaa`.
             * @default #a78bfa
             */
            accent: string;
            /**
             * @description Behind it: `#rrggbb` or `#rrggbbaa`.
             * @default #00000000
             */
            background: string;
            /**
             * @description Of its texts: `#rrggbb` or `#rrggbbaa`.
             * @default #ffffff
             */
            color: string;
            /**
             * @description How alerts come; none means as the plugin says.
             * @default null
             */
            enter: components["schemas"]["Animation"] | null;
            /**
             * @description The family of its texts; empty means the usual.
             * @default
             */
            font: string;
            /**
             * Format: double
             * @description Its height.
             * @default 300
             */
            height: number;
            /**
             * @description How alerts go; none means as the plugin says.
             * @default null
             */
            leave: components["schemas"]["Animation"] | null;
            /**
             * Format: double
             * @description Of its corners.
             * @default 16
             */
            radius: number;
            /**
             * Format: double
             * @description How large its texts are; 1 is the usual.
             * @default 1
             */
            scale: number;
            /**
             * Format: double
             * @description Of its sounds: 0 to 1.
             * @default 0.8
             */
            volume: number;
            /**
             * Format: double
             * @description Its width.
             * @default 800
             */
            width: number;
            /**
             * Format: double
             * @description From the left.
             * @default 0
             */
            x: number;
            /**
             * Format: double
             * @description From the top.
             * @default 0
             */
            y: number;
        };
        /** @description What a plugin has used and done since it was loaded, restarts included. */
        PluginMetrics: {
            /**
             * Format: uint64
             * @description Calls into it: its starts, and its handlers.
             */
            calls: number;
            /**
             * Format: uint64
             * @description Host calls that were refused for want of a permission.
             */
            denials: number;
            /**
             * Format: uint64
             * @description Events that were lost to it because its mailbox was full.
             */
            dropped: number;
            /**
             * Format: uint64
             * @description Events that it handled.
             */
            events: number;
            /** @description The latest error: a trap, or what a handler returned. */
            last_error?: string | null;
            /**
             * Format: uint64
             * @description Linear memory now, in bytes.
             */
            memory: number;
            /**
             * Format: uint64
             * @description The most linear memory it ever had, in bytes.
             */
            memory_peak: number;
            /**
             * Format: uint64
             * @description How often growing its memory was refused.
             */
            memory_refused: number;
            /**
             * Format: uint64
             * @description Events that were given up because it trapped twice on each.
             */
            poisoned: number;
            /**
             * Format: double
             * @description Processor time in milliseconds.
             */
            processor_milliseconds: number;
            /**
             * Format: uint64
             * @description Events that it published.
             */
            published: number;
            /**
             * Format: uint64
             * @description Events that wait for it now.
             */
            queued: number;
            /**
             * Format: uint64
             * @description How often it was started anew.
             */
            restarts: number;
            /** @description Which compiler made the code that it runs; none before its first start. */
            tier?: components["schemas"]["Tier"] | null;
            /**
             * Format: uint64
             * @description How often it trapped.
             */
            traps: number;
        };
        /** @description What ties a response to its call. */
        RequestId: number | string;
        /** @description The frame `response`. */
        Response: {
            /** @description The answer; or, without success, an object with `error` (the kind) and `message`. */
            data: Json;
            request_id: components["schemas"]["RequestId"];
            /** @description Whether it was done. */
            success: boolean;
        };
        /** @description How services are set up, as far as a page may see and change it. */
        ServicesView: {
            discord: components["schemas"]["DiscordView"];
            kick: components["schemas"]["KickView"];
            /** @description Each OBS Studio. */
            obs: components["schemas"]["ObsView"][];
            twitch: components["schemas"]["TwitchView"];
            vtube: components["schemas"]["VtubeView"];
        };
        /** @description Whose page it is. */
        SessionView: {
            /** @description The name of the paired device, which may look and operate; none on the computer itself. */
            device?: string | null;
        };
        /** @description One thing that the user can set. */
        SettingDeclaration: {
            default: components["schemas"]["SettingValue"];
            /** @description What it changes. */
            description?: string | null;
            /** @description Its name for people. */
            label?: string | null;
        } & ({
            /**
             * Format: int64
             * @description The most that it may be.
             */
            maximum?: number | null;
            /**
             * Format: int64
             * @description The least that it may be.
             */
            minimum?: number | null;
            /** @constant */
            type: "integer";
        } | {
            /**
             * Format: double
             * @description The most that it may be.
             */
            maximum?: number | null;
            /**
             * Format: double
             * @description The least that it may be.
             */
            minimum?: number | null;
            /** @constant */
            type: "number";
        } | {
            /** @constant */
            type: "boolean";
        } | {
            /** @constant */
            type: "string";
        } | {
            /** @description Those texts, at least one. */
            choices: string[];
            /** @constant */
            type: "choice";
        } | {
            /** @constant */
            type: "list";
        });
        /** @description The value of a setting. */
        SettingValue: boolean | number | string | string[];
        /** @description One setting of a plugin. */
        SettingView: {
            declaration: components["schemas"]["SettingDeclaration"];
            /** @description Whether that is the declared default. */
            is_default: boolean;
            value: components["schemas"]["SettingValue"];
        };
        /** @description The alert that is on screen. */
        ShownAlertView: {
            alert: components["schemas"]["Alert"];
            /**
             * Format: double
             * @description When it began, in milliseconds since the epoch, by the host's clock.
             */
            began: number;
            /** @description Its id. */
            id: string;
            /**
             * Format: double
             * @description What time it is now, by the host's clock.
             */
            now: number;
        };
        /** @description What is heard with an alert. */
        Sound: {
            /**
             * @description `asset:NAME` of the plugin's own, an `https:` address of a granted host, or one of the host's own:
             *     `chime`, `bell`, `fanfare`, `pop`.
             */
            source: string;
            /**
             * Format: double
             * @description 0 to 1.
             */
            volume: number;
        };
        /** @description Where a node's value comes from. */
        Source: "none" | {
            constant: Json;
        } | {
            bound: string;
        };
        /** @description Something that a plugin shows. */
        SurfaceView: {
            /** @description What it shows. */
            description?: string | null;
            /** @description Whether the user lets the plugin show such. */
            granted: boolean;
            /**
             * Format: uint32
             * @description A widget: in rows of 40 pixels; an overlay: in pixels.
             */
            height: number;
            /** @description Of the Lucide set. */
            icon?: string | null;
            /** @description The name that its manifest gives the surface. */
            id: string;
            /** @description What it is: `widget`, `page` or `overlay`. */
            kind: string;
            /** @description The plugin. */
            plugin: string;
            /** @description What people call the plugin. */
            plugin_name: string;
            /** @description Whether the plugin runs. */
            running: boolean;
            /** @description What people call it. */
            title: string;
            /**
             * Format: uint32
             * @description A widget: in columns of 12; an overlay: in pixels.
             */
            width: number;
        };
        /** @description How a text is set. */
        TextStyle: "body" | "caption" | "heading" | "display" | "monospace";
        /** @description Which compiler made the code that a plugin runs. */
        Tier: "baseline" | "optimized";
        /** @description How much attention something asks for. */
        Tone: "normal" | "muted" | "accent" | "good" | "warning" | "danger";
        /** @description How Twitch is set up. */
        TwitchView: {
            /** @description The channel that is read without an account. */
            channel?: string | null;
            /** @description The application that accounts are added with. */
            client_id?: string | null;
        };
        /** @description The frame `view`. */
        View: {
            /** @description How it stands; `null` if there is no such thing. */
            data: Json;
            /** @description Which one, where there are several: a plugin's id, `plugin/surface`, the number of a login. */
            key?: string | null;
            /** @description What: `plugins`, `surface` and so on; the reference lists them. */
            view: string;
        };
        /** @description The frame `values`. */
        ViewValues: {
            /** @description What stands at the end of lists, by name; a list keeps its last 1,000 items. */
            append?: JsonObject;
            /** @description Which one, where there are several: a plugin's id, `plugin/surface`, the number of a login. */
            key?: string | null;
            /** @description Values that are there anew, by name; `null` is one that is no more. */
            set?: JsonObject;
            /** @description What: `plugins`, `surface` and so on; the reference lists them. */
            view: string;
        };
        /** @description How VTube Studio is set up. */
        VtubeView: {
            /** @description Where it listens; none means to look for it. */
            url?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AccountChanges = components['schemas']['AccountChanges'];
export type AccountView = components['schemas']['AccountView'];
export type Answer = components['schemas']['Answer'];
export type AuditView = components['schemas']['AuditView'];
export type Authorization = components['schemas']['Authorization'];
export type BackupView = components['schemas']['BackupView'];
export type CallBody = components['schemas']['CallBody'];
export type CommandView = components['schemas']['CommandView'];
export type ConnectorView = components['schemas']['ConnectorView'];
export type Decision = components['schemas']['Decision'];
export type DeviceView = components['schemas']['DeviceView'];
export type EmitBody = components['schemas']['EmitBody'];
export type ErrorBody = components['schemas']['ErrorBody'];
export type FunctionAnswer = components['schemas']['FunctionAnswer'];
export type FunctionBody = components['schemas']['FunctionBody'];
export type HostView = components['schemas']['HostView'];
export type ImportView = components['schemas']['ImportView'];
export type IndexMap = components['schemas']['IndexMap'];
export type IndexView = components['schemas']['IndexView'];
export type InspectionView = components['schemas']['InspectionView'];
export type ListedVersionView = components['schemas']['ListedVersionView'];
export type ListingView = components['schemas']['ListingView'];
export type LoginRequest = components['schemas']['LoginRequest'];
export type LoginState = components['schemas']['LoginState'];
export type LoginView = components['schemas']['LoginView'];
export type MissingView = components['schemas']['MissingView'];
export type NetworkView = components['schemas']['NetworkView'];
export type NewIndex = components['schemas']['NewIndex'];
export type OfferAnswer = components['schemas']['OfferAnswer'];
export type OfferRequest = components['schemas']['OfferRequest'];
export type OfferStage = components['schemas']['OfferStage'];
export type OfferView = components['schemas']['OfferView'];
export type PairingCodeView = components['schemas']['PairingCodeView'];
export type PermissionBody = components['schemas']['PermissionBody'];
export type Pin = components['schemas']['Pin'];
export type PluginView = components['schemas']['PluginView'];
export type PublisherView = components['schemas']['PublisherView'];
export type QuestionView = components['schemas']['QuestionView'];
export type Replay = components['schemas']['Replay'];
export type Replayed = components['schemas']['Replayed'];
export type RequestView = components['schemas']['RequestView'];
export type Role = components['schemas']['Role'];
export type SecretBody = components['schemas']['SecretBody'];
export type SecretView = components['schemas']['SecretView'];
export type Service = components['schemas']['Service'];
export type SetUp = components['schemas']['SetUp'];
export type SetUpIndex = components['schemas']['SetUpIndex'];
export type SetUpPlugin = components['schemas']['SetUpPlugin'];
export type UpdateView = components['schemas']['UpdateView'];
export type Version = components['schemas']['Version'];
export type VersionView = components['schemas']['VersionView'];
export type Versions = components['schemas']['Versions'];
export type ActivityView = components['schemas']['ActivityView'];
export type Alert = components['schemas']['Alert'];
export type Alignment = components['schemas']['Alignment'];
export type Animation = components['schemas']['Animation'];
export type Block = components['schemas']['Block'];
export type CallEdge = components['schemas']['CallEdge'];
export type CalledFunction = components['schemas']['CalledFunction'];
export type ChartKind = components['schemas']['ChartKind'];
export type Choice = components['schemas']['Choice'];
export type ClientFrame = components['schemas']['ClientFrame'];
export type Column = components['schemas']['Column'];
export type ColumnKind = components['schemas']['ColumnKind'];
export type Details = components['schemas']['Details'];
export type DiscordView = components['schemas']['DiscordView'];
export type Drawing = components['schemas']['Drawing'];
export type Event = components['schemas']['Event'];
export type EventFrame = components['schemas']['EventFrame'];
export type HostFrame = components['schemas']['HostFrame'];
export type Inline = components['schemas']['Inline'];
export type KickView = components['schemas']['KickView'];
export type Kind = components['schemas']['Kind'];
export type Layout = components['schemas']['Layout'];
export type LayoutItem = components['schemas']['LayoutItem'];
export type LayoutPage = components['schemas']['LayoutPage'];
export type LogLevel = components['schemas']['LogLevel'];
export type LogLine = components['schemas']['LogLine'];
export type Markdown = components['schemas']['Markdown'];
export type Node = components['schemas']['Node'];
export type ObsView = components['schemas']['ObsView'];
export type OverlayScene = components['schemas']['OverlayScene'];
export type OverlayView = components['schemas']['OverlayView'];
export type Placement = components['schemas']['Placement'];
export type PluginMetrics = components['schemas']['PluginMetrics'];
export type RequestId = components['schemas']['RequestId'];
export type Response = components['schemas']['Response'];
export type ServicesView = components['schemas']['ServicesView'];
export type SessionView = components['schemas']['SessionView'];
export type SettingDeclaration = components['schemas']['SettingDeclaration'];
export type SettingValue = components['schemas']['SettingValue'];
export type SettingView = components['schemas']['SettingView'];
export type ShownAlertView = components['schemas']['ShownAlertView'];
export type Sound = components['schemas']['Sound'];
export type Source = components['schemas']['Source'];
export type SurfaceView = components['schemas']['SurfaceView'];
export type TextStyle = components['schemas']['TextStyle'];
export type Tier = components['schemas']['Tier'];
export type Tone = components['schemas']['Tone'];
export type TwitchView = components['schemas']['TwitchView'];
export type View = components['schemas']['View'];
export type ViewValues = components['schemas']['ViewValues'];
export type VtubeView = components['schemas']['VtubeView'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
