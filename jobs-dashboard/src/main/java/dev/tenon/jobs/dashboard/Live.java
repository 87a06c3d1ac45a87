package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobMonitor;
import dev.tenon.jobs.JobMonitor.LogLine;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.JobsException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events for open pages. One thread asks the database for all of them, so that what it costs does
 * not depend on how many pages are open; the number of streams is bounded. Thread-safe.
 */
final class Live implements Page, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Live.class);

  private static final long TICK_MILLIS = 1_000;
  private static final int TICKS_OF_OVERVIEW = 5;
  private static final int MAX_JOBS = 200;
  private static final int MAX_LINES = 500;
  private static final int BACKLOG_LIMIT = 10_000;
  private static final String OVERVIEW = "overview";

  private final JobMonitor monitor;
  private final Format format;
  private final int maxStreams;
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private final Map<UUID, Long> positions = new ConcurrentHashMap<>();
  private final Map<UUID, String> lastStates = new HashMap<>();
  private final Object signal = new Object();
  private @Nullable Thread poller;
  private volatile boolean closed;

  Live(JobMonitor monitor, Format format, int maxStreams) {
    this.monitor = monitor;
    this.format = format;
    this.maxStreams = maxStreams;
  }

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    EventStream stream;
    if (call.query().has("job")) {
      UUID id = Call.uuid(call.query().require("job", "the id of a job"));
      String type =
          monitor.find(List.of(id)).stream()
              .findFirst()
              .map(JobSummary::type)
              .orElseThrow(() -> new RefusedException(404, "There is no job " + id + "."));
      call.require(Right.READ, type);
      long after = number(call.query().get("after").orElse("0"));
      stream = open(id.toString());
      positions.merge(id, after, Math::min);
    } else {
      call.require(Right.READ);
      stream = open(OVERVIEW);
    }
    return DashboardResponse.stream(stream).withHeader("X-Accel-Buffering", "no");
  }

  private static long number(String text) {
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new BadRequestException("'" + text + "' is not a number.");
    }
  }

  private EventStream open(String topic) {
    synchronized (signal) {
      if (closed || streams.size() >= maxStreams) {
        throw new RefusedException(
            503, "There are as many open pages with live events as there may be.");
      }
      EventStream stream = new EventStream(topic, streams::remove, System::nanoTime);
      streams.add(stream);
      if (poller == null) {
        Thread thread = new Thread(this::poll, "tenon-dashboard-live");
        thread.setDaemon(true);
        thread.start();
        poller = thread;
      }
      signal.notifyAll();
      return stream;
    }
  }

  int maxStreams() {
    return maxStreams;
  }

  /** How many streams are open. */
  int openStreams() {
    return streams.size();
  }

  private void poll() {
    long tick = 0;
    try {
      while (!closed) {
        synchronized (signal) {
          while (streams.isEmpty() && !closed) {
            signal.wait();
          }
        }
        round(tick++);
        Thread.sleep(TICK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round(long tick) {
    try {
      streams.forEach(EventStream::check);
      if (tick % TICKS_OF_OVERVIEW == 0 && streams.stream().anyMatch(s -> s.isAbout(OVERVIEW))) {
        send(OVERVIEW, "overview", overview());
      }
      jobs();
    } catch (JobsException e) {
      LOG.debug("Open pages of the dashboard are not told what is new; the next round may.", e);
    } catch (RuntimeException e) {
      LOG.warn("Open pages of the dashboard are not told what is new; the next round may.", e);
    }
  }

  private void jobs() {
    Set<UUID> watched =
        streams.stream()
            .map(EventStream::topic)
            .filter(topic -> !topic.equals(OVERVIEW))
            .map(UUID::fromString)
            .limit(MAX_JOBS)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    positions.keySet().retainAll(watched);
    lastStates.keySet().retainAll(watched);
    if (watched.isEmpty()) {
      return;
    }
    Collection<JobSummary> found = monitor.find(watched);
    Map<UUID, Long> after = new HashMap<>();
    watched.forEach(id -> after.put(id, positions.getOrDefault(id, 0L)));
    Map<UUID, StringBuilder> lines = new HashMap<>();
    for (LogLine line : monitor.logs(after, MAX_LINES)) {
      UUID id = line.entry().jobId();
      positions.merge(id, line.position(), Math::max);
      StringBuilder json = lines.computeIfAbsent(id, any -> new StringBuilder());
      json.append(json.isEmpty() ? "" : ",").append(line(line));
    }
    lines.forEach((id, json) -> send(id.toString(), "log", "[" + json + "]"));
    for (JobSummary job : found) {
      String state = state(job);
      if (!state.equals(lastStates.put(job.id(), state))) {
        send(job.id().toString(), "state", state);
      }
    }
  }

  private String line(LogLine line) {
    return "{\"position\":%d,\"attempt\":%d,\"level\":%s,\"at\":%s,\"message\":%s,\"data\":%s}"
        .formatted(
            line.position(),
            line.entry().attempt(),
            Json.quote(line.entry().level().code()),
            Json.quote(format.absolute(line.entry().loggedAt())),
            Json.quote(line.entry().message()),
            Json.quote(line.entry().data() == null ? "" : line.entry().data()));
  }

  private static String state(JobSummary job) {
    return "{\"status\":%s,\"progress\":%d,\"message\":%s,\"attempts\":%d}"
        .formatted(
            Json.quote(job.status().code()),
            job.progress(),
            Json.quote(job.progressMessage() == null ? "" : job.progressMessage()),
            job.attempts());
  }

  private String overview() {
    long waiting =
        monitor.backlog(BACKLOG_LIMIT).stream().mapToLong(JobMonitor.Backlog::jobs).sum();
    long running = monitor.running().values().stream().mapToLong(Long::longValue).sum();
    return "{\"waiting\":%s,\"running\":%s}"
        .formatted(Json.quote(Format.number(waiting)), Json.quote(Format.number(running)));
  }

  private void send(String topic, String event, String data) {
    byte[] text = ("event: " + event + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    streams.stream().filter(stream -> stream.isAbout(topic)).forEach(stream -> stream.offer(text));
  }

  /** Ends all streams; there may be others later. */
  void endStreams() {
    streams.forEach(EventStream::end);
  }

  @Override
  public void close() {
    synchronized (signal) {
      closed = true;
      signal.notifyAll();
      if (poller != null) {
        poller.interrupt();
      }
    }
    endStreams();
  }
}
