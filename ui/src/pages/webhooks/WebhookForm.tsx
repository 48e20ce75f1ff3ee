import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type InputHTMLAttributes, useId, useState } from "react";
import type { Webhook } from "../../api/types.gen";
import { saveWebhook, type WebhookFields } from "../../api/webhooks";
import { Button } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { useI18n } from "../../i18n/context";
import { EVENTS, eventName, eventOf } from "../../lib/webhooks";
import styles from "./webhooks.module.css";

interface Props {
  /** What is changed; null for a new one. */
  webhook: Webhook | null;
  onClose(): void;
}

const isOfPrompts = (event: string) => event.startsWith("prompt");

/** The fields of a webhook. */
export function WebhookForm({ webhook, onClose }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [name, setName] = useState(webhook?.name ?? "");
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [description, setDescription] = useState(webhook?.description ?? "");
  const [secret, setSecret] = useState("");
  const [events, setEvents] = useState<readonly string[]>(webhook?.events.map(eventName) ?? []);
  const saving = useMutation({
    mutationFn: (fields: WebhookFields) => saveWebhook(webhook?.webhook_id ?? null, fields),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["webhooks"] });
      onClose();
    },
    networkMode: "always",
  });
  const isWhole = name !== "" && url !== "" && events.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWhole || saving.isPending) return;
    const fields = { name, url, description, events: events.map(eventOf) };
    saving.mutate(secret === "" ? fields : { ...fields, secret });
  };
  const toggle = (event: string) =>
    setEvents(events.includes(event) ? events.filter((one) => one !== event) : [...events, event]);
  const choice = { chosen: events, onToggle: toggle };
  return (
    <form
      className={styles.form}
      aria-label={webhook === null ? t("webhooks.new") : t("webhooks.editWhat", webhook)}
      onSubmit={submit}
      onKeyDown={(event) => event.key === "Escape" && !event.nativeEvent.isComposing && onClose()}
    >
      <div className={styles.fields}>
        <Field
          label={t("webhooks.name")}
          hint={t("webhooks.nameHint")}
          value={name}
          maxLength={63}
          autoFocus
          onText={setName}
        />
        <Field
          label={t("webhooks.url")}
          hint={t("webhooks.urlHint")}
          value={url}
          inputMode="url"
          placeholder="https://"
          onText={setUrl}
        />
        <Field
          label={t("webhooks.secret")}
          hint={t(webhook === null ? "webhooks.secretHint" : "webhooks.secretKept")}
          value={secret}
          type="password"
          autoComplete="new-password"
          onText={setSecret}
        />
        <Field label={t("webhooks.description")} value={description} onText={setDescription} />
      </div>
      <Events
        legend={t("webhooks.models")}
        events={EVENTS.filter((e) => !isOfPrompts(e))}
        {...choice}
      />
      <Events legend={t("webhooks.prompts")} events={EVENTS.filter(isOfPrompts)} {...choice} />
      <div className={styles.send}>
        <Button type="submit" disabled={!isWhole || saving.isPending}>
          {t(webhook === null ? "webhooks.create" : "edit.save")}
        </Button>
        <Button onClick={onClose}>{t("edit.cancel")}</Button>
        {saving.isError && (
          <p role="alert" className={styles.wrong}>
            {t("app.failed", { message: saving.error.message })}
          </p>
        )}
      </div>
    </form>
  );
}

type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  label: string;
  hint?: string;
  onText(text: string): void;
};

function Field({ label, hint, onText, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className={controls.input}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onText(event.target.value)}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.soft}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface EventsProps {
  legend: string;
  events: readonly string[];
  chosen: readonly string[];
  onToggle(event: string): void;
}

function Events({ legend, events, chosen, onToggle }: EventsProps) {
  return (
    <fieldset className={styles.choice}>
      <legend>{legend}</legend>
      {events.map((event) => (
        <label key={event}>
          <input
            type="checkbox"
            checked={chosen.includes(event)}
            onChange={() => onToggle(event)}
          />
          {event}
        </label>
      ))}
    </fieldset>
  );
}
