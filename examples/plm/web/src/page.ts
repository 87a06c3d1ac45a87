/** The page, which needs nothing but a browser. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Convert a CAD file</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 34rem; padding: 0 1rem }
  label, progress, button { display: block; margin: .75rem 0 }
  progress { width: 100% }
  [role=alert] { color: #a00 }
</style>
<h1>Convert a CAD file</h1>
<form>
  <label>File in the store
    <input name="source" value="incoming/bracket.step" size="30" required></label>
  <fieldset><legend>Formats</legend>
    <label><input type="checkbox" name="formats" value="STL" checked> STL, for printers</label>
    <label><input type="checkbox" name="formats" value="GLB" checked> GLB, for viewers</label>
  </fieldset>
  <button>Convert</button>
</form>
<p role="alert"></p>
<section hidden>
  <progress max="100" value="0"></progress>
  <p id="status" role="status"></p>
  <ul></ul>
</section>
<script type="module">
  const form = document.querySelector("form");
  const problem = document.querySelector("[role=alert]");
  const section = document.querySelector("section");
  let events;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const order = { source: fields.get("source"), formats: fields.getAll("formats") };
    const response = await fetch("/conversions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(order),
    });
    const answer = await response.json();
    problem.textContent = response.ok ? "" : answer.error;
    if (response.ok) {
      follow(answer.jobId);
    }
  });
  function follow(jobId) {
    events?.close();
    section.hidden = false;
    events = new EventSource("/conversions/" + jobId + "/events");
    events.addEventListener("message", ({ data }) => show(JSON.parse(data)));
    events.addEventListener("end", () => events.close());
  }
  function show({ status, percent, message, files, error }) {
    document.querySelector("progress").value = percent;
    document.querySelector("#status").textContent = [status, percent + " %", message, error].filter(Boolean).join(" · ");
    document.querySelector("ul").replaceChildren(...files.map((file) => {
      const item = document.createElement("li");
      item.textContent = file;
      return item;
    }));
  }
</script>
</html>
`;
