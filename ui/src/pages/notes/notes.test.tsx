import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import MarkdownView from "../../components/MarkdownView";
import { I18nProvider } from "../../i18n/context";
import { broken, likeBrowser } from "../../testing/browser";
import { FakeServer, open } from "../../testing/server";

beforeEach(likeBrowser);

function drawn(text: string): HTMLElement {
  const { container } = render(
    <I18nProvider>
      <MarkdownView text={text} />
    </I18nProvider>,
  );
  return container;
}

describe("Markdown", () => {
  test("is drawn as what it means", () => {
    const text = [
      "# Title",
      "*a* **b** ~~c~~ `d<e>` &lt;f&gt; &#65;",
      "1. one\n2. two\n   - [x] inner",
      "| a | b |\n|---|--:|\n| 1 | 2 |",
      "> said",
      "```py\nx < y\n```",
      "---",
      "[here](https://example.com/a?b=c&d=e)",
    ].join("\n\n");
    const found = drawn(text);
    expect(found.querySelector("h2")?.textContent).toBe("Title");
    expect(found.querySelector("p")?.innerHTML).toBe(
      "<em>a</em> <strong>b</strong> <del>c</del> <code>d&lt;e&gt;</code> &lt;f&gt; A",
    );
    expect(found.querySelectorAll("ol > li")).toHaveLength(2);
    expect(found.querySelector("ul input")?.getAttribute("aria-label")).toBe("done");
    expect(found.querySelector("td:last-child")?.textContent).toBe("2");
    expect(found.querySelector("blockquote")?.textContent).toBe("said");
    expect(found.querySelector("pre")?.textContent).toBe("x < y");
    expect(found.querySelector("hr")).not.toBeNull();
    const link = found.querySelector("a");
    expect(link?.getAttribute("href")).toBe("https://example.com/a?b=c&d=e");
    expect(link?.rel).toBe("noopener noreferrer");
  });

  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <b onclick='alert(1)'>bold</b>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html,x)",
    "[a](vbscript:x)",
    "![a](javascript:alert(1))",
    "<javascript:alert(1)>",
    "![a](https://tracker.example/x.png)",
    "[a]\n\n[a]: javascript:alert(1)",
    '[a](https://e.example "x\\" onmouseover=alert(1)")',
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  ])("%s asks nobody and runs nothing", (text) => {
    const found = drawn(text);
    expect(found.querySelector("script, img, iframe, svg, b, style, form")).toBeNull();
    for (const element of found.querySelectorAll("*")) {
      for (const { name } of element.attributes) expect(name.startsWith("on")).toBe(false);
    }
    for (const link of found.querySelectorAll("a")) {
      expect(["http:", "https:", "mailto:"]).toContain(new URL(link.href).protocol);
    }
  });
});

describe("the notes of an experiment", () => {
  const tags = [{ key: "mlflow.note.content", value: "All *about* it." }];
  const experiment = { experiment_id: "1", name: "vision", lifecycle_stage: "active", tags };

  test("are drawn, edited in place and saved", async () => {
    const server = new FakeServer({
      "experiments/get": () => ({ experiment }),
      "experiments/set-experiment-tag": ({ body }) => {
        experiment.tags = [{ key: String(body.key), value: String(body.value) }];
        return {};
      },
    });
    open("/e/1/notes");
    expect((await screen.findByText("about")).tagName).toBe("EM");
    await userEvent.click(screen.getByRole("button", { name: "Edit" }));
    const field = screen.getByRole("textbox", { name: "Text in Markdown" });
    await userEvent.clear(field);
    await userEvent.type(field, "# New");
    expect(await screen.findByRole("heading", { name: "New" })).toBeTruthy();
    expect(await broken()).toEqual([]);
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(screen.queryByRole("textbox")).toBeNull());
    expect(screen.getByRole("heading", { name: "New" })).toBeTruthy();
    expect(server.requestsTo("experiments/set-experiment-tag")[0]?.body).toEqual({
      experiment_id: "1",
      key: "mlflow.note.content",
      value: "# New",
    });
  });

  test("that the server refuses are kept in the field", async () => {
    const error = { error_code: "INVALID_PARAMETER_VALUE", message: "too long" };
    new FakeServer({
      "experiments/get": () => ({ experiment: { ...experiment, tags: [] } }),
      "experiments/set-experiment-tag": () => ({ status: 400, error }),
    });
    open("/e/2/notes");
    await userEvent.click(await screen.findByRole("button", { name: "Write a note" }));
    await userEvent.type(screen.getByRole("textbox"), "x");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect((await screen.findByRole("alert")).textContent).toContain("too long");
    expect(screen.getByRole<HTMLTextAreaElement>("textbox").value).toBe("x");
  });
});
