package dev.tenon.examples.plm.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

/** The {@link ZooServer} as a separate process, for the containers of {@code compose.yaml}. */
final class ZooMain {

  private static final int PORT = 8090;

  private ZooMain() {}

  /** Serves on all addresses until the process is asked to end. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (ZooServer server =
        ZooServer.start(new ZooServer.Behavior(1, 1, 4, 2), new InetSocketAddress(PORT))) {
      System.out.println("Listening at " + server.uri());
      new CountDownLatch(1).await();
    }
  }
}
