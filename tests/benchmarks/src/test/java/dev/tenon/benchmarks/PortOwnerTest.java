package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PortOwnerTest {

  @Test
  @EnabledOnOs(OS.LINUX)
  void findsTheProcessThatListens() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      assertThat(PortOwner.find(socket.getLocalPort())).isEqualTo(ProcessHandle.current().pid());
    }
  }

  @Test
  void nobodyOwnsAPortOnWhichNothingListens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThat(PortOwner.find(port)).isEqualTo(PortOwner.NONE);
  }
}
