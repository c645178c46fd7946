/* The QR on the printed page carries the code behind the #. It goes into its field and out of the address. */
(() => {
  "use strict";
  const field = document.getElementById("id_code");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !/^[A-Za-z0-9-]{8,9}$/.test(code)) return;
  if (!field.value) field.value = code;
  history.replaceState(null, "", location.pathname);
  const name = document.getElementById("id_username");
  if (name && !name.value) name.focus();
})();
