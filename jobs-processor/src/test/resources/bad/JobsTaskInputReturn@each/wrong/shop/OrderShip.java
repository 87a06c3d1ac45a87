package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId) {

  @FromResults
  static String text(Payment payment) {
    return payment.orderId();
  }

  @FromResults
  static void nothing(Payment payment, List<Payment> others) {}

  @FromResults
  static List<OrderShip> ofTwo(OrderShip draft, Payment payment, Payment other) {
    return List.of(draft, new OrderShip(payment.orderId() + other.orderId()));
  }

  @FromResults
  static ArrayList<OrderShip> ofList(Payment payment) {
    return new ArrayList<>(List.of(new OrderShip(payment.orderId())));
  }

  @FromResults
  static List<? extends OrderShip> ofWildcard(Payment payment) {
    return List.of(new OrderShip(payment.orderId()));
  }

  @FromResults
  static OrderShip[] ofArray(Payment payment) {
    return new OrderShip[] {new OrderShip(payment.orderId())};
  }

  @FromResults
  static Optional<Payment> ofPayment(Payment payment) {
    return Optional.of(payment);
  }

  @FromResults
  static @Nullable List<OrderShip> nullable(Payment payment) {
    return null;
  }

  @FromResults
  static List<@Nullable OrderShip> withNull(Payment payment) {
    return List.of();
  }
}
