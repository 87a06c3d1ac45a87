package dev.tenon.jobs.dashboard;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** The files that are being sent; few at a time. Thread-safe. */
final class Downloads {

  /** Each keeps one connection to the database busy, and pages need some, too. */
  private static final int MAX_OPEN = 2;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A kind of file. */
  enum Kind {
    CSV("text/csv; charset=utf-8; header=present"),
    JSON("application/json; charset=utf-8");

    private final String contentType;

    Kind(String contentType) {
      this.contentType = contentType;
    }

    /** The kind of a file that is called {@code export.csv} or {@code export.json}. */
    static Kind of(String file) {
      return Arrays.stream(values())
          .filter(kind -> file.equals("export." + JobsPages.lower(kind)))
          .findFirst()
          .orElseThrow(() -> new RefusedException(404, "Exports are CSV or JSON."));
    }
  }

  private final Semaphore places = new Semaphore(MAX_OPEN);

  /**
   * Starts to send a file.
   *
   * @param name the beginning of its name, such as {@code jobs}
   * @param parts asks for the parts
   */
  DashboardResponse start(Call call, String name, Kind kind, Supplier<Download.Source> parts) {
    if (!places.tryAcquire()) {
      throw new RefusedException(
          503, "Two exports are under way already. Try again when one of them has ended.");
    }
    boolean isStarted = false;
    try {
      Download download = Download.start(parts.get(), call.site().reading(), places::release);
      isStarted = true;
      return DashboardResponse.download(
          download, kind.contentType, file(name, kind, call.format().now()));
    } finally {
      if (!isStarted) {
        places.release();
      }
    }
  }

  private static String file(String name, Kind kind, Instant now) {
    return name + "-" + STAMP.format(now) + "." + JobsPages.lower(kind);
  }
}
