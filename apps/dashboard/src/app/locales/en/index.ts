import about from "./about.json";
import activity from "./activity.json";
import audit from "./audit.json";
import connections from "./connections.json";
import events from "./events.json";
import home from "./home.json";
import library from "./library.json";
import plugins from "./plugins.json";
import requests from "./requests.json";
import services from "./services.json";
import shell from "./shell.json";
import surfaces from "./surfaces.json";

export default {
  about,
  activity,
  audit,
  connections,
  events,
  home,
  library,
  plugins,
  requests,
  services,
  shell,
  surfaces,
};
