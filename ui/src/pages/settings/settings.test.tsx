import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { readSettings } from "../../lib/settings";
import { broken, likeBrowser } from "../../testing/browser";
import { FakeServer, open } from "../../testing/server";

beforeEach(likeBrowser);

test("settings are kept, and hold at once", async () => {
  const server = new FakeServer({});
  open("/settings");
  expect(await screen.findByRole("heading", { name: "Settings", level: 1 })).toBeTruthy();
  expect(screen.getByText("1,234,567")).toBeTruthy();
  await userEvent.click(screen.getByRole("radio", { name: "Dark" }));
  expect(document.documentElement.dataset.theme).toBe("dark");
  await userEvent.click(screen.getByRole("radio", { name: "Dense" }));
  expect(document.documentElement.dataset.density).toBe("dense");
  await userEvent.click(screen.getByRole("radio", { name: "Off" }));
  expect(screen.getByText("1234567")).toBeTruthy();
  await userEvent.click(screen.getByRole("radio", { name: "Fewer" }));
  expect(screen.getByText("0.1235")).toBeTruthy();
  await userEvent.selectOptions(screen.getByLabelText("Time zone"), "Asia/Seoul");
  await userEvent.type(screen.getByLabelText("Your name"), "ada");
  expect(readSettings(localStorage.getItem("sagwan.settings"))).toEqual({
    theme: "dark",
    dense: true,
    digits: "fewer",
    grouping: false,
    timeZone: "Asia/Seoul",
  });
  expect(localStorage.getItem("sagwan.name")).toBe("ada");
  expect(screen.getByText("Undo the last change of the view")).toBeTruthy();
  expect(await broken()).toEqual([]);
  expect(server.asked).toEqual([]);
});
