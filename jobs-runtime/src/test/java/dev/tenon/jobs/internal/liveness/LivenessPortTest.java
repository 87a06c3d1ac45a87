package dev.tenon.jobs.internal.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.liveness.LivenessProbe.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port and those who ask it, over real connections. */
class LivenessPortTest {

  private final LivenessProbe probe = new LivenessProbe();

  private static String text(UUID token, int port) {
    return PortAddress.text(token, port, List.of(InetAddress.getLoopbackAddress()));
  }

  @Test
  void aPortAnswersAsLongAsItIsOpenAndRefusesAfterwards() throws IOException {
    String text;
    try (LivenessPort port = LivenessPort.open()) {
      text = port.text();
      assertThat(probe.introduce(text)).isEqualTo(Answer.ALIVE);
      assertThat(probe.ask(text)).isEqualTo(Answer.ALIVE);
    }
    assertThat(probe.ask(text)).isEqualTo(Answer.REFUSED);
    assertThat(probe.introduce(text))
        .as("whoever introduces learns no more")
        .isNotEqualTo(Answer.ALIVE);
  }

  @Test
  void aRefusalCountsOnlyWhereTheProcessHasAnswered() throws IOException {
    String text;
    try (LivenessPort port = LivenessPort.open()) {
      text = port.text();
      assertThat(probe.ask(text)).as("not introduced").isEqualTo(Answer.UNKNOWN);
    }
    assertThat(probe.introduce(text)).isEqualTo(Answer.UNKNOWN);
    assertThat(probe.ask(text)).isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void anAnswerOfSomebodyElseCountsForNothing() throws IOException {
    try (LivenessPort other = LivenessPort.open()) {
      int number = PortAddress.parse(other.text()).orElseThrow().addresses().get(0).getPort();
      String text = text(UUID.randomUUID(), number);
      assertThat(probe.introduce(text)).isEqualTo(Answer.UNKNOWN);
      assertThat(probe.ask(text)).isEqualTo(Answer.UNKNOWN);
    }
  }

  @Test
  void aProcessThatAcceptsAndDoesNotAnswerDoesNotRefuse() throws IOException {
    UUID token = UUID.randomUUID();
    // As a frozen process does: the operating system accepts for it, until the queue is full
    try (ServerSocket frozen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String text = text(token, frozen.getLocalPort());
      Thread once =
          new Thread(
              () -> {
                try (Socket caller = frozen.accept()) {
                  caller
                      .getOutputStream()
                      .write(token.toString().getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      once.start();
      assertThat(probe.introduce(text)).isEqualTo(Answer.ALIVE);
      for (int i = 0; i < 4; i++) {
        assertThat(probe.ask(text)).isEqualTo(Answer.UNKNOWN);
      }
    }
  }

  @Test
  void nobodyHoldsUpThePort() throws IOException {
    try (LivenessPort port = LivenessPort.open()) {
      String text = port.text();
      var address = PortAddress.parse(text).orElseThrow().addresses().get(0);
      try (Socket silent = new Socket(address.getAddress(), address.getPort());
          Socket talkative = new Socket(address.getAddress(), address.getPort())) {
        talkative.getOutputStream().write(new byte[10_000]);
        assertThat(silent.isConnected()).isTrue();
        assertThat(probe.introduce(text)).isEqualTo(Answer.ALIVE);
      }
      assertThat(probe.ask(text)).isEqualTo(Answer.ALIVE);
    }
  }

  @Test
  void theTextHasTheAddresses() throws IOException {
    UUID token = UUID.randomUUID();
    String text =
        PortAddress.text(
            token,
            4711,
            List.of(InetAddress.getByName("192.0.2.7"), InetAddress.getByName("2001:db8::1")));
    PortAddress parsed = PortAddress.parse(text).orElseThrow();
    assertThat(parsed.token()).isEqualTo(token.toString());
    assertThat(parsed.addresses())
        .extracting(each -> each.getAddress().getHostAddress() + " " + each.getPort())
        .containsExactly("192.0.2.7 4711", "2001:db8:0:0:0:0:0:1 4711");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "3c4f3f0e-8d3f-4a1b-9a57-0d1f4f6d6a11",
        "3c4f3f0e-8d3f-4a1b-9a57-0d1f4f6d6a11 99999 192.0.2.1",
        "3c4f3f0e-8d3f-4a1b-9a57-0d1f4f6d6a11 80 example.org",
        "3c4f3f0e-8d3f-4a1b-9a57-0d1f4f6d6a11 80 cafe",
        "3c4f3f0e-8d3f-4a1b-9a57-0d1f4f6d6a11 80",
      })
  void whatIsNoPortIsNotAsked(String text) {
    assertThat(PortAddress.parse(text)).isEmpty();
    assertThat(probe.introduce(text)).isEqualTo(Answer.UNKNOWN);
    assertThat(probe.ask(text)).isEqualTo(Answer.UNKNOWN);
  }
}
