package dev.tenon.jobs.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.operate.JobMonitor;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AtomicInteger asked = new AtomicInteger();

  /** Memory is short when it is asked for the first time. */
  private final JobMonitor monitor =
      (JobMonitor)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {JobMonitor.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "backlog" -> {
                      if (asked.getAndIncrement() == 0) {
                        throw new OutOfMemoryError("once");
                      }
                      yield List.of();
                    }
                    case "running" -> Map.of();
                    default -> throw new AssertionError(method);
                  });

  @Test
  void pagesAreUpdatedAfterMemoryWasShortOnce() {
    try (Live live = new Live(jobs, monitor, new Format(Clock.systemUTC(), ZoneOffset.UTC), 2)) {
      DashboardResponse.Stream stream =
          live
              .answer(
                  new Call(
                      DashboardRequest.of("GET", "/events", null),
                      DashboardUser.of("ann", Right.READ),
                      List.of("events"),
                      null))
              .stream()
              .orElseThrow();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                byte[] event = stream.poll().orElse(null);
                assertThat(event == null ? "" : new String(event, UTF_8))
                    .startsWith("event: overview");
              });
      assertThat(asked).hasValueGreaterThan(1);
    }
  }

  /** Nobody watches a job. */
  private final JobService jobs =
      (JobService)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {JobService.class},
              (proxy, method, arguments) -> {
                throw new AssertionError(method);
              });

  private static Call callOf(String user) {
    return new Call(
        DashboardRequest.of("GET", "/events", null),
        DashboardUser.of(user, Right.READ),
        List.of("events"),
        null);
  }

  @Test
  void nobodyTakesAllStreams() {
    try (Live live = new Live(jobs, monitor, new Format(Clock.systemUTC(), ZoneOffset.UTC), 4)) {
      List<DashboardResponse.Stream> greedy = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        greedy.add(live.answer(callOf("ann")).stream().orElseThrow());
      }
      assertThatThrownBy(() -> live.answer(callOf("ann"))).isInstanceOf(RefusedException.class);

      // Whoever has fewer takes the place of the oldest, until both have the same
      assertThat(live.answer(callOf("bob")).stream()).isPresent();
      assertThat(greedy)
          .extracting(DashboardResponse.Stream::isEnded)
          .containsExactly(true, false, false, false);
      assertThat(live.answer(callOf("bob")).stream()).isPresent();
      assertThat(greedy)
          .extracting(DashboardResponse.Stream::isEnded)
          .containsExactly(true, true, false, false);
      assertThatThrownBy(() -> live.answer(callOf("bob"))).isInstanceOf(RefusedException.class);
      assertThat(live.openStreams()).isEqualTo(4);
    }
  }
}
