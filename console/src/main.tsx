import "@fontsource-variable/inter/index.css";
import "./i18n";
import "./app/base.css";
import "./app/frame.css";
import { createRoot } from "react-dom/client";
import { startSession } from "./api/session";
import { App } from "./app/App";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element with the id root");
startSession();
createRoot(root).render(<App />);
