export { DashboardPage as default } from "./grid/dashboard-page";
