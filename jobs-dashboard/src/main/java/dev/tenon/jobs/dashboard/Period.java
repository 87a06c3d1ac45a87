package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.operate.JobMonitor.Range;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The period that a page is about: the last hour, day or week, which moves with the clock, or a
 * fixed range.
 *
 * @param span the last hour, day or week; null for a fixed range
 * @param range the range at present
 */
record Period(@Nullable Span span, Range range) {

  /** The parameter of the address for the start. */
  static final String FROM = "from";

  /** The parameter of the address for the end. */
  static final String TO = "to";

  /** Without a beginning, a range has this length. */
  private static final Duration LENGTH = Duration.ofHours(1);

  /**
   * The period that a page was requested for.
   *
   * @param otherwise the default
   */
  static Period of(Call call, Span otherwise) {
    Instant now = call.format().now();
    Optional<Instant> from = time(call, FROM);
    Optional<Instant> to = time(call, TO);
    if (from.isEmpty() && to.isEmpty()) {
      return last(call.query().get("span").map(Period::spanOf).orElse(otherwise), now);
    }
    try {
      Instant end = to.filter(now::isAfter).orElse(now);
      Instant begin = from.orElse(end.minus(LENGTH));
      if (!begin.isBefore(end)) {
        throw new BadRequestException(
            "The period starts at %s and ends at %s. It must start before it ends, and in the past."
                .formatted(call.format().absolute(begin), call.format().absolute(end)));
      }
      return new Period(null, Range.of(begin, end, now));
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new BadRequestException("Statistics cover at most 75 days. Choose a shorter period.");
    }
  }

  private static Period last(Span span, Instant now) {
    long interval = span.interval().toSeconds();
    Instant to = Instant.ofEpochSecond((now.getEpochSecond() / interval + 1) * interval);
    return new Period(span, new Range(to.minus(span.length()), to, span.interval()));
  }

  private static Span spanOf(String name) {
    return Arrays.stream(Span.values())
        .filter(span -> span.code().equals(name))
        .findFirst()
        .orElseThrow(() -> new BadRequestException("The span must be hour, day or week."));
  }

  /** A time in the address. */
  static Optional<Instant> time(Call call, String name) {
    return call.query().get(name).map(text -> Filter.time(text, call.format().zone()));
  }

  /**
   * An address that means the same to everybody, in place of one with times without a zone, as a
   * form sends them. Times that go before such a range, as the last hour does, are left out.
   *
   * @param path the path of the page
   * @param needsBoth whether the page needs a beginning and an end
   */
  static Optional<DashboardResponse> redirect(Call call, String path, boolean needsBoth) {
    Parameters asked = call.query();
    if (!asked.has(FROM) && !asked.has(TO)) {
      return Optional.empty();
    }
    Parameters canonical = asked.without("span", "since");
    for (String name : List.of(FROM, TO)) {
      Optional<Instant> time = time(call, name);
      if (time.isPresent()) {
        canonical = canonical.with(name, time.get().toString());
      }
    }
    if (needsBoth && !asked.has(TO)) {
      Instant minute = call.format().now().truncatedTo(ChronoUnit.MINUTES);
      canonical = canonical.with(TO, minute.plus(1, ChronoUnit.MINUTES).toString());
    }
    if (needsBoth && !asked.has(FROM)) {
      canonical = canonical.with(FROM, time(call, TO).orElseThrow().minus(LENGTH).toString());
    }
    return canonical.encoded().equals(asked.encoded())
        ? Optional.empty()
        : Optional.of(DashboardResponse.redirect(call.base() + path + "?" + canonical.encoded()));
  }

  /** The parameters for the same period in an address. */
  String parameters() {
    return span != null
        ? "span=" + span.code()
        : FROM
            + "="
            + Parameters.encode(range.from().toString())
            + "&"
            + TO
            + "="
            + Parameters.encode(range.to().toString());
  }

  /** The period in words, for the middle of a sentence. */
  String label(Format format) {
    if (span != null) {
      return "last " + span.code();
    }
    String from = format.minute(range.from());
    String to = format.minute(range.to());
    boolean isOneDay = from.substring(0, 10).equals(to.substring(0, 10));
    return from + " – " + (isOneDay ? to.substring(11) : to);
  }

  /** The interval that each point of a chart stands for. */
  String step() {
    long minutes = range.interval().toMinutes();
    return minutes == 1
        ? "minute"
        : minutes == 60 ? "hour" : minutes < 60 ? minutes + " minutes" : minutes / 60 + " hours";
  }

  /** The view of the period on a page. */
  PeriodView view(Call call, String path) {
    Format format = call.format();
    List<PeriodView.Tab> tabs =
        Arrays.stream(Span.values())
            .map(
                each ->
                    new PeriodView.Tab(
                        "Last " + each.code(),
                        call.base() + path + "?span=" + each.code(),
                        each == span ? "true" : "false"))
            .toList();
    return new PeriodView(
        tabs,
        call.base() + path,
        format.local(range.from()),
        format.local(range.to()),
        span == null,
        label(format),
        step(),
        parameters());
  }
}
