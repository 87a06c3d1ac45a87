package dev.tenon.jobs.dashboard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A response of the dashboard: a body, or a stream. A stream sends events until the client
 * disconnects, or a file that is written while it is sent. Immutable.
 */
public final class DashboardResponse {

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;
  private final @Nullable Stream stream;

  private DashboardResponse(
      int status, Map<String, String> headers, byte[] body, @Nullable Stream stream) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.stream = stream;
  }

  static DashboardResponse of(int status, String contentType, byte[] body) {
    return new DashboardResponse(status, Map.of("Content-Type", contentType), body, null);
  }

  static DashboardResponse html(int status, String html) {
    return of(
        status, "text/html; charset=utf-8", Visible.of(html).getBytes(StandardCharsets.UTF_8));
  }

  static DashboardResponse text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  static DashboardResponse json(String json) {
    return of(200, "application/json; charset=utf-8", json.getBytes(StandardCharsets.UTF_8));
  }

  static DashboardResponse redirect(String location) {
    return text(303, "").withHeader("Location", location);
  }

  static DashboardResponse stream(Stream stream) {
    return new DashboardResponse(
        200, Map.of("Content-Type", "text/event-stream; charset=utf-8"), new byte[0], stream);
  }

  /** A file that the browser saves. */
  static DashboardResponse download(Stream file, String contentType, String name) {
    return new DashboardResponse(200, Map.of("Content-Type", contentType), new byte[0], file)
        .withHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
  }

  DashboardResponse withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new DashboardResponse(status, more, body, stream);
  }

  DashboardResponse withoutBody() {
    return new DashboardResponse(status, headers, new byte[0], null);
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The headers, without the length of the body. */
  public Map<String, String> headers() {
    return Map.copyOf(headers);
  }

  /** The body; empty if there is none, or if it is a stream. */
  public byte[] body() {
    return body.clone();
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The stream; empty if there is a body. */
  public Optional<Stream> stream() {
    return Optional.ofNullable(stream);
  }

  /**
   * A stream of events, or a file in parts. An adapter writes it in a dedicated thread, by {@link
   * #writeTo}, or without one: it asks with {@link #poll()} when {@link #onChange} tells it to, and
   * when the client can take more. Thread-safe, for one adapter that reads.
   */
  public interface Stream {

    /**
     * Writes what there is as it comes, and keeps the thread until the client leaves, the stream
     * ends, or the thread is interrupted. Nothing else of the stream needs to be called then.
     *
     * @param out where to write; it is flushed after each event, and not closed
     * @throws IOException if the client has left
     */
    void writeTo(OutputStream out) throws IOException;

    /** Returns the next bytes to write; empty if there are none at present. */
    Optional<byte[]> poll();

    /** Returns whether the stream has ended, so that nothing more will come. */
    boolean isEnded();

    /**
     * Sets the callback for each time there is something to poll, and for the end of the stream.
     * Earlier content must be polled. The listener must not block or throw: the thread that tells
     * it serves all streams.
     */
    void onChange(Runnable listener);

    /** Ends the stream, and gives its place back: the client has left, or cannot be written to. */
    void abandon();
  }
}
