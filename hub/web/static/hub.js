// Brings the components to life: error summary takes the focus, a button takes one click, tabs and menus open; lists refresh
// themselves and postcodes say whose area they are in. The others look at the page as it was served, so they come first.
import "./live.js";
import "./postcode.js";
import { initAll } from "./govuk/govuk-frontend.min.js";

initAll();
