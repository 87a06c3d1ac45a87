package dev.tenon.jobs.cli.mcp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;

/** A stream that tells when it has ended. */
final class EndingStream extends FilterInputStream {

  private final CountDownLatch ended = new CountDownLatch(1);

  EndingStream(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    return checked(in.read());
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return checked(in.read(bytes, offset, length));
  }

  private int checked(int read) {
    if (read < 0) {
      ended.countDown();
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    ended.countDown();
    super.close();
  }

  /** Waits until it has ended or was closed, or until the thread is interrupted. */
  void awaitEnd() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
