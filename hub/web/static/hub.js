// Brings the components to life: error summary takes the focus, a button takes one click, tabs and menus open; lists refresh
// themselves, postcodes say whose area they are in, drafts are kept while they are written. The others look at the page as it was served, so they come first.
import "./autosave.js";
import "./live.js";
import "./now.js";
import "./postcode.js";
import "./copy.js";
import { initAll } from "./govuk/govuk-frontend.min.js";

initAll();
