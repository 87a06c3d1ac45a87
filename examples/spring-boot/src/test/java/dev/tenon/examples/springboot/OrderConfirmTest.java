package dev.tenon.examples.springboot;

import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.spring.test.TenonTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

/** An order and its job, on an embedded PostgreSQL. */
@TenonTest
@Import(Orders.class)
class OrderConfirmTest {

  @Autowired Orders orders;

  @Test
  void confirmsTheOrder() {
    orders.place("anna", 2);

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> orders.list().stream().allMatch(Orders.Order::confirmed));
  }
}
