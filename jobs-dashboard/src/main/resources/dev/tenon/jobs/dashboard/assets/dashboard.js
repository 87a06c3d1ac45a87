// Live parts of the pages. Strings from the server are only ever inserted as text, never as HTML.
(function () {
  'use strict';
  const base = document.body.dataset.base || '';

  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function clock(zone) {
    const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
    const day = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: '2-digit', month: '2-digit' });
    return function (seconds, isLong) { const d = new Date(seconds * 1000); return (isLong ? day.format(d) + ' ' : '') + time.format(d); };
  }

  // Dragging over a chart selects the period of the page, in whole steps
  function zoom(u, step) {
    if (u.select.width < 5) { return; }
    const from = Math.round(u.posToVal(u.select.left, 'x') / step) * step;
    const to = Math.max(from + step, Math.round(u.posToVal(u.select.left + u.select.width, 'x') / step) * step);
    function iso(seconds) { return new Date(seconds * 1000).toISOString().replace('.000', ''); }
    location.assign(location.pathname + '?from=' + encodeURIComponent(iso(from)) + '&to=' + encodeURIComponent(iso(to)));
  }

  // The width that an axis needs for its numbers
  function room(u, values) {
    return Math.max.apply(null, [48].concat((values || []).map(function (value) { return 8 * String(value).length + 16; })));
  }

  function chart(element, clock, step, data, series) {
    const times = data[0];
    const at = function (t) { return clock(t, times[times.length - 1] - times[0] > 93600); };
    const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } };
    const plot = new uPlot({
      width: element.clientWidth,
      height: 220,
      series: [{ label: 'from', value: function (u, t) { return t == null ? '–' : at(t); } }].concat(series),
      axes: [Object.assign({}, axis, { space: 90, values: function (u, ticks) { return ticks.map(at); } }), Object.assign({}, axis, { size: room })],
      cursor: { y: false, drag: { x: true, y: false, setScale: false } },
      hooks: { setSelect: [function (u) { zoom(u, step); }] },
      scales: { x: { range: function (u, min, max) { return min === max ? [min - step, max + step] : [min, max]; } }, y: { range: function (u, min, max) { return [0, Math.max(max || 0, 1)]; } } },
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

  // What keeps this page from being up to date, by source. Without live events it merely lags a little.
  const troubles = new Map();

  function trouble(about, text) {
    const lost = document.getElementById('lost');
    if (text) { troubles.set(about, text); } else { troubles.delete(about); }
    const isStale = Array.from(troubles.keys()).some(function (each) { return each !== 'events'; });
    document.body.classList.toggle('stale', isStale);
    lost.classList.toggle('error', isStale);
    lost.hidden = troubles.size === 0;
    const said = Array.from(new Set(troubles.values())).join(' ');
    const message = isStale ? said + ' This page shows the state as of ' + document.getElementById('as-of').textContent + ' '
      + document.getElementById('zone').textContent + '. It keeps trying to update.' : said;
    if (lost.textContent !== message) { lost.textContent = message; }
  }

  // Events from the server. A browser gives up on a stream that was refused, and reconnects to one that ended every few
  // seconds forever, so this code reconnects itself, less and less often. A proxy may let a stream begin and then hold
  // back its events, so only an event shows that they arrive.
  function events(url, handlers, arriving) {
    const SOON = 5000;
    const SELDOM = 80000;
    let source;
    let pause = SOON;
    let next;
    function arrived() {
      pause = SOON;
      arriving(true);
    }
    function open() {
      source = new EventSource(url());
      Object.keys(handlers).forEach(function (name) {
        source.addEventListener(name, function (event) {
          arrived();
          handlers[name](JSON.parse(event.data));
        });
      });
      source.addEventListener('problem', function (event) {
        arrived();
        trouble('database', JSON.parse(event.data));
      });
      source.onerror = function () {
        source.close();
        arriving(false);
        next = setTimeout(open, pause);
        pause = Math.min(2 * pause, SELDOM);
      };
    }
    function close() {
      clearTimeout(next);
      source.close();
    }
    addEventListener('pagehide', close);
    addEventListener('pageshow', function (event) { if (event.persisted) { open(); } });
    open();
  }

  // Parts that mirror the server: they are replaced every ten seconds
  function replace(part, page) {
    const now = page.querySelector('[data-live="' + part.dataset.live + '"]');
    // Do not interrupt somebody who is typing a reason
    if (!now || part.querySelector('details.act[open]')) { return; }
    // What somebody has unfolded stays so
    now.querySelectorAll('details[id]').forEach(function (details) {
      const was = document.getElementById(details.id);
      if (was) { details.open = was.open; }
    });
    if (now.innerHTML === part.innerHTML) { return; }
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const href = focused && focused.getAttribute('href');
    const details = focused && focused.closest('details[id]');
    part.replaceChildren.apply(part, Array.from(now.childNodes));
    const again = href ? part.querySelector('a[href="' + CSS.escape(href) + '"]')
      : details && part.querySelector('#' + CSS.escape(details.id) + ' > summary');
    if (again) { again.focus(); }
  }

  // Requests this page again, unless it is hidden or somebody is selecting text in it
  function look(use) {
    const selection = getSelection();
    if (document.hidden || (selection && !selection.isCollapsed)) { return; }
    fetch(location.pathname + location.search, { credentials: 'same-origin', signal: AbortSignal.timeout(8000) })
      .then(function (response) { return response.text().then(function (text) { return [response.ok, text]; }); })
      .then(function (answer) {
        const page = new DOMParser().parseFromString(answer[1], 'text/html');
        if (!answer[0]) {
          const why = page.querySelector('[role=alert]');
          trouble('page', why ? why.textContent : 'The server returned an unexpected response.');
          return;
        }
        use(page);
        const asOf = page.getElementById('as-of');
        if (asOf) { document.getElementById('as-of').textContent = asOf.textContent; }
        trouble('page', '');
      })
      .catch(function () { trouble('page', 'The connection to the server was lost.'); });
  }

  function refresh(parts) {
    look(function (page) { parts.forEach(function (part) { replace(part, page); }); });
  }

  function charts(box) {
    let plots = null;
    const at = clock(box.dataset.zone);
    function load() {
      if (document.hidden && plots) { return; }
      fetch(base + '/data/overview?' + box.dataset.query, { credentials: 'same-origin' })
        .then(function (response) { return response.ok ? response.json() : null; })
        .then(function (d) {
          if (!d) { return; }
          const all = [[d.at, d.completed, d.failed], [d.at, d.run, d.wait, d.maxWait]];
          if (plots) {
            plots.forEach(function (plot, i) { plot.setData(all[i]); });
            return;
          }
          plots = [
            chart(document.getElementById('throughput'), at, d.step, all[0], [line('completed', '--ok', true), line('failed', '--bad', true)]),
            chart(document.getElementById('latency'), at, d.step, all[1], [line('duration', '--info'), line('wait', '--warn'), line('longest wait', '--muted')]),
          ];
        })
        .catch(function () { /* the next round tries again */ });
    }
    load();
    if (box.dataset.fixed !== 'true') { setInterval(load, 15000); }
    events(function () { return base + '/events'; }, {
      overview: function (d) {
        document.getElementById('waiting').textContent = d.waiting;
        document.getElementById('running').textContent = d.running;
      },
    }, function () { /* the page is refreshed anyway */ });
  }

  const NO_EVENTS = 'Live updates are not available, so this page checks for changes every 10 seconds.';

  function span(parent, tag, name, text) {
    const element = document.createElement(tag);
    if (name) { element.className = name; }
    element.textContent = text;
    parent.append(element, ' ');
  }

  function job(log, parts) {
    let last = Number(log.dataset.after);
    let cursor = log.dataset.cursor;
    // A stream begins with the state of the job
    let areEventsArriving = false;

    // Adds new log entries; a reader who has scrolled up stays there
    function append(fill) {
      const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
      fill();
      const none = document.getElementById('no-log');
      if (none && log.childElementCount > 0) { none.remove(); }
      if (follows) { log.scrollTop = log.scrollHeight; }
    }

    // Returns whether the status differs from the one that this page was rendered for: details, actions and result have changed
    function hasChanged(status) {
      // Do not interrupt somebody who is typing a reason
      if (status !== log.dataset.status && !document.querySelector('details.act[open]')) { location.reload(); }
      return status !== log.dataset.status;
    }

    function progress(value, text) {
      const bar = document.querySelector('.progress progress');
      if (bar) {
        bar.value = value;
        document.getElementById('progress-text').textContent = text;
      }
    }

    events(function () { return base + '/events?job=' + log.dataset.job + (cursor ? '&cursor=' + cursor : ''); }, {
      log: function (entries) {
        append(function () {
          entries.forEach(function (entry) {
            if (entry.position <= last) { return; }
            last = entry.position;
            cursor = entry.cursor;
            const item = document.createElement('li');
            item.className = 'l-' + entry.level;
            span(item, 'time', '', entry.at);
            span(item, 'span', 'level', entry.level);
            span(item, 'span', 'message', entry.message);
            if (entry.data) { span(item, 'code', '', entry.data); }
            log.append(item);
          });
        });
      },
      state: function (state) {
        if (!hasChanged(state.status)) { progress(state.progress, state.progress + ' % ' + state.message); }
      },
    }, function (isArriving) {
      areEventsArriving = isArriving;
      trouble('events', isArriving ? '' : NO_EVENTS);
    });

    setInterval(function () {
      if (!areEventsArriving) { trouble('events', NO_EVENTS); }
      look(function (page) {
        const now = page.getElementById('log');
        if (!now || hasChanged(now.dataset.status)) { return; }
        parts.forEach(function (part) { replace(part, page); });
        // Log and progress come by events while these arrive
        if (areEventsArriving) { return; }
        const bar = page.querySelector('.progress progress');
        if (bar) { progress(bar.value, page.getElementById('progress-text').textContent); }
        if (Number(now.dataset.after) > last) {
          last = Number(now.dataset.after);
          cursor = now.dataset.cursor;
          append(function () { log.replaceChildren.apply(log, Array.from(now.childNodes)); });
        }
      });
    }, 10000);
  }

  // Browsers may cache a page that one has left, with what was typed
  addEventListener('pagehide', function () {
    document.querySelectorAll('[type=password], .secret, .partly-secret').forEach(function (field) { field.value = ''; });
  });

  addEventListener('keydown', function (event) {
    const open = event.key === 'Escape' && (document.activeElement.closest('details.act[open]') || document.querySelector('details.act[open]'));
    if (open) {
      open.open = false;
      open.querySelector('summary').focus();
    }
  });

  // The time zone of the browser, which only it knows, and which changes when somebody travels
  function zones(display) {
    const form = display.querySelector('form');
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const chosen = display.dataset.ofBrowser;
    form.elements.browser.value = zone;
    form.querySelector('option[value=browser]').textContent = 'this browser\u2019s: ' + zone;
    display.addEventListener('toggle', function () {
      const list = document.getElementById('zones');
      if (list.childElementCount === 0 && Intl.supportedValuesOf) {
        list.append.apply(list, Intl.supportedValuesOf('timeZone').map(function (name) { return new Option(name, name); }));
      }
    });
    if (chosen && chosen !== zone && sessionStorage.getItem('tenon-zone') !== zone) {
      sessionStorage.setItem('tenon-zone', zone);
      fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual', credentials: 'same-origin' })
        .then(function () { location.reload(); })
        .catch(function () { /* the times are still right, in the zone that the page names */ });
    }
  }

  // Jobs that are selected in a list, to be changed together
  function ticks(form) {
    const all = document.getElementById('tick-all');
    const boxes = Array.from(document.querySelectorAll('.tick'));
    function count() {
      const ticked = boxes.filter(function (box) { return box.checked; }).length;
      document.getElementById('ticked-count').textContent = ticked;
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    all.addEventListener('change', function () {
      boxes.forEach(function (box) { box.checked = all.checked; });
      count();
    });
    boxes.forEach(function (box) { box.addEventListener('change', count); });
    addEventListener('pageshow', count);
    form.querySelector('.all').hidden = boxes.length === 0;
    count();
  }

  zones(document.getElementById('display'));
  const ticked = document.getElementById('ticked');
  if (ticked) { ticks(ticked); }
  const box = document.getElementById('charts');
  if (box) { charts(box); }
  const parts = Array.from(document.querySelectorAll('main [data-live], nav [data-live]'));
  const log = document.getElementById('log');
  if (log && !log.dataset.ended) { job(log, parts); }
  else if (document.querySelector('main [data-live]')) { setInterval(function () { refresh(parts); }, 10000); }
})();
