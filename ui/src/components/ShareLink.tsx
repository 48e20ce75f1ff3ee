import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { sharePlace } from "../api/views";
import { useI18n } from "../i18n/context";
import { presentPlace, usePlace } from "../lib/history";
import { shortLink } from "../lib/savedViews";
import { Button, CopyButton, writeClipboard } from "./controls";
import controls from "./controls.module.css";
import { Icon } from "./Icon";
import styles from "./ShareLink.module.css";

/** A button that makes a short link to what is seen now, copies it, and shows it. */
export function ShareLink() {
  const { t } = useI18n();
  const { path, search } = usePlace();
  const place = path + search;
  const [copied, setCopied] = useState(false);
  const share = useMutation({
    mutationFn: async () => {
      const now = presentPlace();
      const link = shortLink(await sharePlace(now.path, now.search));
      setCopied(await writeClipboard(link));
      return { link, place: now.path + now.search };
    },
    networkMode: "always",
  });
  const { reset } = share;
  // The link of another view would be taken for this one's.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the place changes.
  useEffect(() => reset(), [place, reset]);
  const link = share.data?.link;
  return (
    <div className={styles.share}>
      {link === undefined ? (
        <Button disabled={share.isPending} onClick={() => share.mutate()}>
          <Icon name="link" />
          {t("views.share")}
        </Button>
      ) : (
        <span className={styles.link}>
          <input
            className={controls.input}
            aria-label={t("views.link")}
            readOnly
            value={link}
            onFocus={(event) => event.target.select()}
          />
          <CopyButton text={link} what={t("views.link")} />
        </span>
      )}
      <span role="status" className={styles.said}>
        {link !== undefined && copied && t("app.copied")}
      </span>
      {share.isError && (
        <p role="alert" className={styles.wrong}>
          {t("app.failed", { message: share.error.message })}
        </p>
      )}
    </div>
  );
}
