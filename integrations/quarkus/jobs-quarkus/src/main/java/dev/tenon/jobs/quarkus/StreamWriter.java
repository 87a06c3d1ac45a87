package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.dashboard.DashboardResponse;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/**
 * Writes a stream of the dashboard without a dedicated thread: the event loop of the request writes
 * when there is something, and when the client can take more. Only that event loop uses it.
 */
final class StreamWriter {

  private final DashboardResponse.Stream stream;
  private final HttpServerResponse response;
  private final Context eventLoop;

  StreamWriter(DashboardResponse.Stream stream, HttpServerResponse response, Context eventLoop) {
    this.stream = stream;
    this.response = response;
    this.eventLoop = eventLoop;
  }

  void start() {
    response.setChunked(true);
    response.closeHandler(closed -> stream.abandon());
    response.exceptionHandler(failure -> stream.abandon());
    response.drainHandler(drained -> write());
    stream.onChange(() -> eventLoop.runOnContext(change -> write()));
    write();
  }

  private void write() {
    while (!response.ended() && !response.closed() && !response.writeQueueFull()) {
      if (stream.isEnded()) {
        response.end();
        return;
      }
      Optional<byte[]> next = stream.poll();
      if (next.isPresent()) {
        response.write(Buffer.buffer(next.get()));
      } else if (!stream.isEnded()) {
        return;
      }
    }
  }
}
