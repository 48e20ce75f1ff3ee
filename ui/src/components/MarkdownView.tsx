import { lexer, type Token, type Tokens } from "marked";
import { Fragment, type ReactNode, useMemo } from "react";
import { useI18n } from "../i18n/context";
import styles from "./markdown.module.css";

/**
 * Markdown as elements of the page. HTML in it is shown as the text that it is, so nothing of it can run; images
 * are links, because a page asks no other host for anything.
 */
export default function MarkdownView({ text }: { text: string }) {
  const tokens = useMemo(() => lexer(text, { gfm: true }), [text]);
  return (
    <div className={styles.text}>
      <Many tokens={tokens} />
    </div>
  );
}

function Many({ tokens }: { tokens: readonly Token[] | undefined }) {
  return (tokens ?? []).map((token, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the text is drawn anew as a whole.
    <Fragment key={at}>{drawn(token)}</Fragment>
  ));
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** Text with its entities as the characters that they stand for. */
function plain(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (all, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : null;
    if (code !== null) return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    return ENTITIES[name] ?? all;
  });
}

/** The page's own name stands above the headings of a text. */
function heading({ depth, tokens }: Tokens.Heading): ReactNode {
  const Level = `h${Math.min(6, depth + 1)}` as "h2" | "h3" | "h4" | "h5" | "h6";
  return (
    <Level className={depth <= 2 ? styles.large : undefined}>
      <Many tokens={tokens} />
    </Level>
  );
}

function drawn(token: Token): ReactNode {
  switch (token.type) {
    case "heading":
      return heading(token as Tokens.Heading);
    case "paragraph":
      return (
        <p>
          <Many tokens={token.tokens} />
        </p>
      );
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case "blockquote":
      return (
        <blockquote>
          <Many tokens={token.tokens} />
        </blockquote>
      );
    case "list":
      return list(token as Tokens.List);
    case "table":
      return <Table token={token as Tokens.Table} />;
    case "hr":
      return <hr />;
    case "space":
    case "def":
      return null;
    default:
      return inline(token);
  }
}

function inline(token: Token): ReactNode {
  switch (token.type) {
    case "strong":
      return (
        <strong>
          <Many tokens={token.tokens} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Many tokens={token.tokens} />
        </em>
      );
    case "del":
      return (
        <del>
          <Many tokens={token.tokens} />
        </del>
      );
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "link":
      return <Away href={token.href}>{<Many tokens={token.tokens} />}</Away>;
    case "image":
      return <Away href={token.href}>{plain(token.text) || token.href}</Away>;
    case "checkbox":
      return null;
    case "text":
    case "escape":
      return "tokens" in token && token.tokens ? (
        <Many tokens={token.tokens} />
      ) : (
        plain((token as Tokens.Text).text)
      );
    default:
      return token.raw;
  }
}

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** A link, if it leads to a place that a link may lead to; else what it says. */
function Away({ href, children }: { href: string; children: ReactNode }) {
  const url = URL.parse(href);
  if (url === null || !SCHEMES.has(url.protocol)) return <span title={href}>{children}</span>;
  return (
    <a href={url.href} rel="noopener noreferrer">
      {children}
    </a>
  );
}

function list({ ordered, start, items }: Tokens.List): ReactNode {
  const entries = items.map((item, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the text is drawn anew as a whole.
    <li key={at} className={item.task ? styles.task : undefined}>
      {item.task && <Tick on={item.checked === true} />}
      <Many tokens={item.tokens} />
    </li>
  ));
  return ordered ? <ol start={start === "" ? 1 : start}>{entries}</ol> : <ul>{entries}</ul>;
}

function Tick({ on }: { on: boolean }) {
  const { t } = useI18n();
  return (
    <input
      type="checkbox"
      checked={on}
      disabled
      aria-label={on ? t("notes.done") : t("notes.todo")}
    />
  );
}

function Table({ token }: { token: Tokens.Table }) {
  const aligned = (cell: Tokens.TableCell) => (cell.align ? { textAlign: cell.align } : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
    <div className={styles.scroll} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {token.header.map((cell, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are.
              <th key={at} scope="col" style={aligned(cell)}>
                <Many tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows stay where they are.
            <tr key={at}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are.
                <td key={column} style={aligned(cell)}>
                  <Many tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
