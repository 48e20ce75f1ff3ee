import "./styles/tokens.css";
import "./styles/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/queries";
import { App } from "./app";
import { I18nProvider, startLanguage } from "./i18n/context";
import { startHistory } from "./lib/history";
import { startSettings } from "./lib/settings";

startSettings();
startHistory();
const client = createQueryClient();
void startLanguage().then(() => {
  const container = document.getElementById("app");
  if (container === null) return;
  createRoot(container).render(
    <StrictMode>
      <I18nProvider>
        <QueryClientProvider client={client}>
          <App />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
});
