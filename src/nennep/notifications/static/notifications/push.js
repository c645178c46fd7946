// The button that lets this browser be told (Push API). Without it the page says what else there is.
"use strict";
(() => {
  const part = document.getElementById("may-nay");
  if (!part) return;
  const form = part.querySelector("form");
  const say = (name) => { for (const line of part.querySelectorAll("[data-nn-push]")) line.hidden = line.dataset.nnPush !== name; };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const device = () => {
    const agent = navigator.userAgent;
    const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].find((name) => agent.includes(name)) || "";
    const browser = ["Edg", "Firefox", "OPR", "Chrome", "Safari"].find((name) => agent.includes(name)) || "";
    return [browser.replace("Edg", "Edge").replace("OPR", "Opera"), system].filter(Boolean).join(", ");
  };

  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !window.isSecureContext) { say("none"); return; }

  const begin = async () => {
    const worker = await navigator.serviceWorker.register("/sw.js");
    const own = await worker.pushManager.getSubscription();
    const known = own && part.dataset.endpoints.split(" ").includes(await mark(own.endpoint));
    say(Notification.permission === "denied" ? "denied" : known ? "on" : "off");
  };
  const mark = async (endpoint) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint)))].map((one) => one.toString(16).padStart(2, "0")).join("");

  part.querySelector("[data-nn-push-on]").addEventListener("click", async (event) => {
    event.preventDefault();
    if (await Notification.requestPermission() !== "granted") { say("denied"); return; }
    try {
      const worker = await navigator.serviceWorker.ready;
      const own = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(part.dataset.key) });
      form.elements.endpoint.value = own.endpoint;
      form.elements.p256dh.value = text(own.getKey("p256dh"));
      form.elements.auth.value = text(own.getKey("auth"));
      form.elements.device.value = device();
      form.submit();
    } catch { say("failed"); }
  });
  begin().catch(() => say("failed"));
})();
