package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.durable.TypedSignals;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredValues;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code that is generated for the {@code signals} of the corpus. */
class SignalsTest {

  private static final UUID ID = UUID.fromString("0195a1c4-0000-7000-8000-000000000001");

  private static URLClassLoader loader;
  private static ModuleDefinition module;

  @BeforeAll
  static void compile(@TempDir Path directory) throws Exception {
    loader =
        Compilation.in(directory)
            .sources(Golden.RESOURCES.resolve("good/signals"))
            .run()
            .clean()
            .load();
    module = ModuleSources.make(loader, ModuleDefinition.class, "orders.OrderJobsModule");
  }

  @AfterAll
  static void close() throws Exception {
    loader.close();
  }

  @SuppressWarnings("unchecked")
  private static SignalDefinition<Object> signal(String name) {
    return (SignalDefinition<Object>) module.findSignal(name).orElseThrow();
  }

  private static Object make(String name, @Nullable Object... components) throws Exception {
    Constructor<?> constructor = loader.loadClass("orders." + name).getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    return constructor.newInstance(components);
  }

  private static Object settled(BigDecimal amount, String... notes) throws Exception {
    List<Object> list = new ArrayList<>();
    for (String note : notes) {
      list.add(make("PaymentSettled$Note", note));
    }
    return make("PaymentSettled", ID, amount, null, list);
  }

  @Test
  void theRegistryHasThemSortedByName() throws Exception {
    assertThat(module.signals())
        .extracting(SignalDefinition::name)
        .containsExactly("order.approved", "order.continue", "order.paid", "order.rejected");
    assertThat(signal("order.paid").version()).isEqualTo(2);
    assertThat(signal("order.paid").value().valueType())
        .isEqualTo(loader.loadClass("orders.PaymentSettled"));
    assertThat(signal("order.paid").value().sensitive().paths())
        .containsExactly("/account", "/iban");
    assertThat(module.findSignal("order.fulfil")).isEmpty();
  }

  @Test
  void whatIsStoredIsReadAsItWas() throws Exception {
    SignalDefinition<Object> paid = signal("order.paid");
    Object value = settled(new BigDecimal("9.50"), "first");

    String json = StoredJson.write(value, paid.value().codec(), "the signal");

    assertThat(json)
        .isEqualTo(
            "{\"paymentId\":\"%s\",\"amount\":9.50,\"account\":null,\"notes\":[{\"text\":\"first\"}]}"
                .formatted(ID));
    assertThat(StoredValues.kept(paid.value(), 2, json, "the signal")).isEqualTo(value);
  }

  @Test
  void anEarlierVersionIsRead() throws Exception {
    SignalDefinition<Object> paid = signal("order.paid");
    String json = "{\"paymentId\":\"%s\",\"iban\":\"DE1\"}".formatted(ID);

    assertThat(paid.value().upcastVersions()).containsExactly(1);
    assertThat(StoredValues.kept(paid.value(), 1, json, "the signal"))
        .isEqualTo(make("PaymentSettled", ID, BigDecimal.ONE, "DE1", List.of()));
  }

  @Test
  void constraintsAreChecked() throws Exception {
    assertThat(signal("order.paid").value().validate(settled(BigDecimal.TEN, "ok"))).isEmpty();
    assertThat(signal("order.paid").value().validate(settled(BigDecimal.ZERO, "ok", "")))
        .containsExactly(
            new Violation("amount", "must be positive"),
            new Violation("notes[1].text", "must not be blank"));
    assertThat(signal("order.continue").value().validate(make("Continue"))).isEmpty();
  }

  @Test
  void theMethodOfTheModuleSendsThroughTheSubmitter() throws Exception {
    List<List<Object>> sent = new ArrayList<>();
    JobService service = (JobService) recorder(JobService.class, "service", sent);
    Object jobs =
        loader.loadClass("orders.OrderJobs").getConstructor(JobService.class).newInstance(service);
    Object value = settled(BigDecimal.TEN);
    SignalOptions byAnn = SignalOptions.by("ann");

    sender(jobs).send(ID, value);
    sender(jobs).sendByToken("secret", value, byAnn);
    Connection connection = (Connection) recorder(Connection.class, "connection", sent);
    Object inTransaction =
        jobs.getClass().getMethod("in", Connection.class).invoke(jobs, connection);
    sender(inTransaction).sendToItem("order 7", value, byAnn);

    SignalDefinition<Object> paid = signal("order.paid");
    assertThat(sent)
        .containsExactly(
            List.of("service", paid, SignalTarget.job(ID), value, SignalOptions.defaults()),
            List.of("service", paid, SignalTarget.token("secret"), value, byAnn),
            List.of("transaction", paid, SignalTarget.item("order 7"), value, byAnn));
  }

  @SuppressWarnings("unchecked")
  private static TypedSignals<Object> sender(Object jobs) throws Exception {
    return (TypedSignals<Object>) jobs.getClass().getMethod("paymentSettled").invoke(jobs);
  }

  /** Records the signals that are sent, and what sends them. */
  private static Object recorder(Class<?> type, String name, List<List<Object>> sent) {
    return Proxy.newProxyInstance(
        SignalsTest.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          if (method.getName().equals("in")) {
            return recorder(JobSubmitter.class, "transaction", sent);
          }
          List<Object> call = new ArrayList<>(List.of(name));
          call.addAll(List.of(arguments));
          sent.add(call);
          return null;
        });
  }

  @Test
  void theSchemasAreFoundByTheNamesOfTheSignals() throws Exception {
    URL file = loader.findResource("META-INF/tenon/OrderJobs.schemas.json");
    try (InputStream in = file.openStream()) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .contains("\"order.paid.signal\": {", "\"description\": \"The customer has paid.\"");
    }
  }
}
