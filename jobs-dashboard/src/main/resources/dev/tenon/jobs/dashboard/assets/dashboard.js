// Live parts of the pages. Texts from the server are only ever set as text.
(function () {
  'use strict';
  const base = document.body.dataset.base || '';

  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function clock(zone, span) {
    const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
    const day = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: '2-digit', month: '2-digit' });
    const format = span === 'week' ? function (d) { return day.format(d) + ' ' + time.format(d); } : function (d) { return time.format(d); };
    return function (seconds) { return format(new Date(seconds * 1000)); };
  }

  function chart(element, at, data, series) {
    const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } };
    const plot = new uPlot({
      width: element.clientWidth,
      height: 220,
      series: [{ label: 'from', value: function (u, t) { return t == null ? '–' : at(t); } }].concat(series),
      axes: [Object.assign({}, axis, { space: 90, values: function (u, ticks) { return ticks.map(at); } }), Object.assign({}, axis, { size: 48 })],
      cursor: { y: false },
      scales: { y: { range: function (u, min, max) { return [0, Math.max(max || 0, 1)]; } } },
    }, data, element);
    new ResizeObserver(function () {
      plot.setSize({ width: element.clientWidth, height: 220 });
    }).observe(element);
    return plot;
  }

  function line(label, name, fill) {
    const stroke = color(name);
    return { label: label, stroke: stroke, width: 1.5, fill: fill ? stroke + '22' : undefined, points: { show: true, size: 4, fill: stroke }, spanGaps: true };
  }

  function charts(box) {
    let plots = null;
    const at = clock(box.dataset.zone, box.dataset.span);
    function load() {
      if (document.hidden && plots) { return; }
      fetch(base + '/data/overview?span=' + encodeURIComponent(box.dataset.span), { credentials: 'same-origin' })
        .then(function (response) { return response.ok ? response.json() : null; })
        .then(function (d) {
          if (!d) { return; }
          const all = [[d.at, d.completed, d.failed], [d.at, d.run, d.wait, d.maxWait]];
          if (plots) {
            plots.forEach(function (plot, i) { plot.setData(all[i]); });
            return;
          }
          plots = [
            chart(document.getElementById('throughput'), at, all[0], [line('completed', '--ok', true), line('failed', '--bad', true)]),
            chart(document.getElementById('latency'), at, all[1], [line('ran', '--info'), line('waited', '--warn'), line('waited at most', '--muted')]),
          ];
        })
        .catch(function () { /* the next round tries again */ });
    }
    load();
    setInterval(load, 15000);
    const events = new EventSource(base + '/events');
    events.addEventListener('overview', function (event) {
      const d = JSON.parse(event.data);
      document.getElementById('waiting').textContent = d.waiting;
      document.getElementById('running').textContent = d.running;
    });
    addEventListener('pagehide', function () { events.close(); });
  }

  function span(parent, tag, name, text) {
    const element = document.createElement(tag);
    if (name) { element.className = name; }
    element.textContent = text;
    parent.append(element, ' ');
  }

  function job(log) {
    let last = Number(log.dataset.after);
    const events = new EventSource(base + '/events?job=' + log.dataset.job + '&after=' + last);
    events.addEventListener('log', function (event) {
      const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
      JSON.parse(event.data).forEach(function (entry) {
        if (entry.position <= last) { return; }
        last = entry.position;
        const item = document.createElement('li');
        item.className = 'l-' + entry.level;
        span(item, 'time', '', entry.at);
        span(item, 'span', 'level', entry.level);
        span(item, 'span', 'message', entry.message);
        if (entry.data) { span(item, 'code', '', entry.data); }
        log.append(item);
      });
      const none = document.getElementById('no-log');
      if (none) { none.remove(); }
      if (follows) { log.scrollTop = log.scrollHeight; }
    });
    events.addEventListener('state', function (event) {
      const state = JSON.parse(event.data);
      if (state.status !== log.dataset.status) {
        // Facts, actions and result are others now; keep what somebody is typing
        if (!document.querySelector('details.act[open]')) { location.reload(); }
        return;
      }
      const bar = document.querySelector('.progress progress');
      if (bar) {
        bar.value = state.progress;
        document.getElementById('progress-text').textContent = state.progress + ' % ' + state.message;
      }
    });
    addEventListener('pagehide', function () { events.close(); });
  }

  // Browsers may keep a page that one has left as it was
  addEventListener('pagehide', function () {
    document.querySelectorAll('[type=password], .secret, .partly-secret').forEach(function (field) { field.value = ''; });
  });

  const box = document.getElementById('charts');
  if (box) { charts(box); }
  const log = document.getElementById('log');
  if (log && !log.dataset.ended) { job(log); }
})();
