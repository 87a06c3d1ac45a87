package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobMonitor.LogLine;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

  private final Map<EventStream, Told> streams = new ConcurrentHashMap<>();
  private final Object signal = new Object();
  private @Nullable Thread poller;

  /** Why pages are not told what is new; empty if they are. */
  private volatile String problem = "";

  private volatile boolean closed;

  /** What the page of a stream knows of its job. Once the stream is open, only the poller asks. */
  private static final class Told {
    private final String user;
    private final Format format;
    private final long openedNanos = System.nanoTime();
    private String state;
    private long position;

    /**
     * What it knows at first.
     *
     * @param user whose page it is
     * @param format how times are shown there
     * @param state the state of the job; empty if it is about no job
     * @param position of the last line of the log
     */
    Told(String user, Format format, String state, long position) {
      this.user = user;
      this.format = format;
      this.state = state;
      this.position = position;
    }
  }

  /**
   * What new lines a page is to show, and how.
   *
   * @param after the position of the last line that it has
   * @param zone the time zone
   */
  private record Sight(long after, ZoneId zone) {}

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
      JobSummary job =
          monitor.find(List.of(id)).stream()
              .findFirst()
              .orElseThrow(() -> new RefusedException(404, "There is no job " + id + "."));
      call.require(Right.READ, job.type());
      long after = number(call.query().get("after").orElse("0"));
      stream = open(id.toString(), told(call, state(job), after));
    } else {
      call.require(Right.READ);
      stream = open(OVERVIEW, told(call, "", 0));
    }
    return DashboardResponse.stream(stream).withHeader("X-Accel-Buffering", "no");
  }

  private Told told(Call call, String state, long position) {
    return new Told(call.user().name(), format.in(call.display().zone()), state, position);
  }

  private static long number(String text) {
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new BadRequestException("'" + text + "' is not a number.");
    }
  }

  /** Opens a stream, which begins with the state of its job. */
  private EventStream open(String topic, Told told) {
    synchronized (signal) {
      if (closed || (streams.size() >= maxStreams && !makesRoom(told.user))) {
        throw new RefusedException(
            503, "There are as many open pages with live events as there may be.");
      }
      EventStream stream = new EventStream(topic, streams::remove, System::nanoTime);
      if (!told.state.isEmpty()) {
        stream.offer(event("state", told.state));
      }
      if (!problem.isEmpty()) {
        stream.offer(event("problem", Json.quote(problem)));
      }
      streams.put(stream, told);
      // It may have died, if there was no memory even for a line about that
      if (poller == null || !poller.isAlive()) {
        Thread thread = new Thread(this::poll, "tenon-dashboard-live");
        thread.setDaemon(true);
        thread.start();
        poller = thread;
      }
      signal.notifyAll();
      return stream;
    }
  }

  /** Ends the oldest stream of the user with the most, if that has two more than this one. */
  private boolean makesRoom(String user) {
    Map<String, Long> counts =
        streams.values().stream()
            .collect(Collectors.groupingBy(told -> told.user, Collectors.counting()));
    long own = counts.getOrDefault(user, 0L);
    Optional<Map.Entry<String, Long>> most =
        counts.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .filter(each -> each.getValue() > own + 1);
    long now = System.nanoTime();
    most.flatMap(
            greedy ->
                streams.entrySet().stream()
                    .filter(stream -> stream.getValue().user.equals(greedy.getKey()))
                    .max(Comparator.comparingLong(stream -> now - stream.getValue().openedNanos)))
        .ifPresent(oldest -> oldest.getKey().end());
    return streams.size() < maxStreams;
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
      // Only these: a stream that is opened meanwhile has begun with a state that is newer
      List<EventStream> open = List.copyOf(streams.keySet());
      open.forEach(EventStream::check);
      if (tick % TICKS_OF_OVERVIEW == 0 && open.stream().anyMatch(s -> s.isAbout(OVERVIEW))) {
        overview(open);
      }
      jobs(open);
      tell("");
    } catch (JobsException e) {
      tell(
          e instanceof JobStoreException away
              ? DatabaseAwayException.describe(away)
              : "The database refuses to say what is new.");
      LOG.debug("Open pages of the dashboard are not told what is new; the next round may.", e);
    } catch (RuntimeException | Error e) {
      LOG.warn("Open pages of the dashboard are not told what is new; the next round may.", e);
    }
  }

  /** Tells all pages if what keeps them from being told has changed. */
  private void tell(String problem) {
    if (!this.problem.equals(problem)) {
      synchronized (signal) {
        this.problem = problem;
      }
      byte[] event = event("problem", Json.quote(problem));
      streams.keySet().forEach(stream -> stream.offer(event));
    }
  }

  private void jobs(List<EventStream> open) {
    Map<UUID, List<EventStream>> watched = watched(open);
    if (watched.isEmpty()) {
      return;
    }
    Collection<JobSummary> found = monitor.find(watched.keySet());
    Map<UUID, Long> after = new HashMap<>();
    watched.forEach((id, pages) -> after.put(id, position(pages)));
    Map<UUID, List<LogLine>> lines =
        monitor.logs(after, MAX_LINES).stream()
            .collect(Collectors.groupingBy(line -> line.entry().jobId()));
    lines.forEach((id, ofJob) -> sendLog(watched.getOrDefault(id, List.of()), ofJob));
    for (JobSummary job : found) {
      sendState(watched.getOrDefault(job.id(), List.of()), state(job));
    }
  }

  private static Map<UUID, List<EventStream>> watched(List<EventStream> open) {
    Map<UUID, List<EventStream>> watched = new HashMap<>();
    for (EventStream stream : open) {
      if (!stream.isAbout(OVERVIEW)) {
        UUID id = UUID.fromString(stream.topic());
        if (watched.size() < MAX_JOBS || watched.containsKey(id)) {
          watched.computeIfAbsent(id, any -> new ArrayList<>()).add(stream);
        }
      }
    }
    return watched;
  }

  /** After which line the first of these pages has to be told more. */
  private long position(List<EventStream> pages) {
    return pages.stream()
        .map(streams::get)
        .filter(Objects::nonNull)
        .mapToLong(told -> told.position)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private void sendLog(List<EventStream> pages, List<LogLine> lines) {
    // Most pages know the same lines, and show them in the same zone
    Map<Sight, byte[]> events = new HashMap<>();
    long last = lines.get(lines.size() - 1).position();
    for (EventStream page : pages) {
      Told told = streams.get(page);
      if (told != null && told.position < last) {
        page.offer(
            events.computeIfAbsent(
                new Sight(told.position, told.format.zone()), any -> log(lines, told)));
        told.position = last;
      }
    }
  }

  private static byte[] log(List<LogLine> lines, Told told) {
    return event(
        "log",
        lines.stream()
            .filter(line -> line.position() > told.position)
            .map(line -> line(line, told.format))
            .collect(Collectors.joining(",", "[", "]")));
  }

  private void sendState(List<EventStream> pages, String state) {
    byte[] event = event("state", state);
    for (EventStream page : pages) {
      Told told = streams.get(page);
      if (told != null && !told.state.equals(state)) {
        page.offer(event);
        told.state = state;
      }
    }
  }

  private static String line(LogLine line, Format format) {
    return "{\"position\":%d,\"attempt\":%d,\"level\":%s,\"at\":%s,\"message\":%s,\"data\":%s}"
        .formatted(
            line.position(),
            line.entry().attempt(),
            Json.quote(line.entry().level().code()),
            Json.quote(format.absolute(line.entry().loggedAt())),
            Json.quote(line.entry().message()),
            Json.quote(line.entry().data().orElse("")));
  }

  private static String state(JobSummary job) {
    return "{\"status\":%s,\"progress\":%d,\"message\":%s,\"attempts\":%d}"
        .formatted(
            Json.quote(job.status().code()),
            job.progress(),
            Json.quote(job.progressMessage().orElse("")),
            job.attempts());
  }

  /** The page itself says what is missing if that takes too long. */
  private void overview(List<EventStream> open) {
    try {
      byte[] overview = event("overview", overview());
      open.stream().filter(s -> s.isAbout(OVERVIEW)).forEach(s -> s.offer(overview));
    } catch (JobStoreException e) {
      if (!DatabaseAwayException.problem(e).isEmpty()) {
        throw e;
      }
      LOG.debug("The overview is not told how many jobs wait and run.", e);
    }
  }

  private String overview() {
    long waiting =
        monitor.backlog(BACKLOG_LIMIT).stream().mapToLong(JobMonitor.Backlog::jobs).sum();
    long running = monitor.running().values().stream().mapToLong(Long::longValue).sum();
    return "{\"waiting\":%s,\"running\":%s}"
        .formatted(Json.quote(Format.number(waiting)), Json.quote(Format.number(running)));
  }

  private static byte[] event(String name, String data) {
    return ("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Ends all streams; there may be others later. */
  void endStreams() {
    streams.keySet().forEach(EventStream::end);
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
