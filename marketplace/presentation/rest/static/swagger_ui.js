"use strict";

// A key that was used answers with the stored reply, so every request needs another one.
const KEY = "Idempotency-Key";

// crypto.randomUUID exists on https and localhost only.
function freshUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function freshKeys() {
  // Swagger UI finds a parameter by the object that it drew it from.
  const drawn = new Map();
  return {
    wrapComponents: {
      // Fill the field as soon as "Try it out" opens it.
      parameterRow: (Original, system) => (props) => {
        const isKey = props.rawParam.get("name") === KEY;
        if (isKey) {
          drawn.set(props.pathMethod.join(" "), props.rawParam);
        }
        const value = props.param.get("value");
        // The documented example is a key that somebody has used.
        const isSpent = !value || value === props.rawParam.get("example");
        if (isKey && props.isExecute && isSpent) {
          setTimeout(() => system.specActions.changeParamByIdentity(
            props.pathMethod, props.rawParam, freshUuid(), false));
        }
        return system.React.createElement(Original, props);
      },
    },
    statePlugins: {
      spec: {
        wrapActions: {
          // Renew it once an answer is there; without one, the same key is the right one.
          setResponse: (original, system) => (path, method, response) => {
            const result = original(path, method, response);
            const key = drawn.get([path, method].join(" "));
            if (key && response && response.status) {
              system.specActions.changeParamByIdentity([path, method], key, freshUuid(), false);
            }
            return result;
          },
        },
      },
    },
  };
}

window.ui = SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: document.getElementById("swagger-ui").dataset.document,
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
  tryItOutEnabled: false,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  plugins: [freshKeys],
});
