// Brings the components to life: error summary takes the focus, a button takes one click, tabs and menus open.
import { initAll } from "./govuk/govuk-frontend.min.js";

initAll();
