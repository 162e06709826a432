import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./styles.css";

const page = document.getElementById("page");
if (page === null) {
  throw new Error("index.html has no element of the id page");
}
createRoot(page).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
