package dev.tenon.jobs.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.impl.LongStringHelper;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyTest {

  @ParameterizedTest
  @CsvSource({
    "3.8.35, false",
    "3.13.7, false",
    "4.0.5, true",
    "4.1.0-rc.2, true",
    "10.0.0, true",
    "unknown, true"
  })
  void onlyFromRabbitMq4OnAreDeliveriesDeclaredUnlimited(String version, boolean isDeclared) {
    assertThat(
            Topology.saysThatDeliveriesAreUnlimited(
                Map.of("version", LongStringHelper.asLongString(version))))
        .isEqualTo(isDeclared);
  }
}
