package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The manifests in {@code deploy/kubernetes}. The models of Kubernetes' own client for Java, which
 * are generated from its API, refuse fields that do not exist and miss required ones. There is no
 * such artifact for KEDA, so its two kinds are compared with the fields that this test lists.
 */
class ManifestsTest {

  private static final Path MANIFESTS = Path.of("../deploy/kubernetes");

  /** The fields of KEDA's resources that the manifests may have, and the types of their values. */
  private static final Map<String, String> KEDA =
      Map.ofEntries(
          Map.entry("apiVersion", "string"),
          Map.entry("kind", "string"),
          Map.entry("metadata.name", "string"),
          Map.entry("metadata.namespace", "string"),
          Map.entry("spec.secretTargetRef[].parameter", "string"),
          Map.entry("spec.secretTargetRef[].name", "string"),
          Map.entry("spec.secretTargetRef[].key", "string"),
          Map.entry("spec.scaleTargetRef.name", "string"),
          Map.entry("spec.minReplicaCount", "number"),
          Map.entry("spec.maxReplicaCount", "number"),
          Map.entry("spec.pollingInterval", "number"),
          Map.entry("spec.cooldownPeriod", "number"),
          Map.entry("spec.fallback.failureThreshold", "number"),
          Map.entry("spec.fallback.replicas", "number"),
          Map.entry("spec.fallback.behavior", "string"),
          Map.entry(
              "spec.advanced.horizontalPodAutoscalerConfig.behavior.*.stabilizationWindowSeconds",
              "number"),
          Map.entry(
              "spec.advanced.horizontalPodAutoscalerConfig.behavior.*.policies[].type", "string"),
          Map.entry(
              "spec.advanced.horizontalPodAutoscalerConfig.behavior.*.policies[].value", "number"),
          Map.entry(
              "spec.advanced.horizontalPodAutoscalerConfig.behavior.*.policies[].periodSeconds",
              "number"),
          Map.entry("spec.triggers[].type", "string"),
          Map.entry("spec.triggers[].metricType", "string"),
          // A map of strings: KEDA refuses numbers
          Map.entry("spec.triggers[].metadata.url", "string"),
          Map.entry("spec.triggers[].metadata.valueLocation", "string"),
          Map.entry("spec.triggers[].metadata.targetValue", "string"),
          Map.entry("spec.triggers[].metadata.activationTargetValue", "string"),
          Map.entry("spec.triggers[].metadata.authMode", "string"),
          Map.entry("spec.triggers[].authenticationRef.name", "string"));

  private static List<JsonObject> manifests() throws IOException {
    List<JsonObject> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(MANIFESTS)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        for (Object document : yaml.loadAll(Files.readString(file))) {
          all.add(new Gson().toJsonTree(document).getAsJsonObject());
        }
      }
    }
    return all;
  }

  private static JsonObject manifest(String kind, String name) throws IOException {
    return manifests().stream()
        .filter(each -> each.get("kind").getAsString().equals(kind))
        .filter(each -> at(each, "metadata.name").getAsString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonElement at(JsonElement root, String path) {
    JsonElement found = root;
    for (String part : List.of(path.split("\\.", -1))) {
      found =
          part.matches("\\d+")
              ? found.getAsJsonArray().get(Integer.parseInt(part))
              : found.getAsJsonObject().get(part);
    }
    return found;
  }

  private static void validate(JsonObject manifest) throws IOException {
    String kind =
        manifest.get("apiVersion").getAsString() + " " + manifest.get("kind").getAsString();
    switch (kind) {
      case "apps/v1 Deployment" -> V1Deployment.validateJsonElement(manifest);
      case "v1 Service" -> V1Service.validateJsonElement(manifest);
      case "policy/v1 PodDisruptionBudget" -> V1PodDisruptionBudget.validateJsonElement(manifest);
      case "keda.sh/v1alpha1 ScaledObject", "keda.sh/v1alpha1 TriggerAuthentication" ->
          assertThat(KEDA).containsAllEntriesOf(fields(manifest));
      default -> throw new IllegalArgumentException("Unknown kind: " + kind);
    }
  }

  /** The fields that have values, with the types of these. */
  private static Map<String, String> fields(JsonElement element) {
    Map<String, String> fields = new TreeMap<>();
    collect("", element, fields);
    return fields;
  }

  private static void collect(String path, JsonElement element, Map<String, String> fields) {
    if (element.isJsonObject()) {
      element
          .getAsJsonObject()
          .entrySet()
          .forEach(
              each -> {
                // Both directions of scaling have the same rules
                String name = each.getKey().matches("scale(Up|Down)") ? "*" : each.getKey();
                collect(path.isEmpty() ? name : path + "." + name, each.getValue(), fields);
              });
    } else if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(each -> collect(path + "[]", each, fields));
    } else {
      fields.put(path, element.getAsJsonPrimitive().isNumber() ? "number" : "string");
    }
  }

  @Test
  void allAreValid() throws IOException {
    assertThat(manifests()).hasSize(7);
    for (JsonObject manifest : manifests()) {
      validate(manifest);
    }
  }

  @Test
  void whatIsWrongIsNoticed() throws IOException {
    JsonObject unknown = manifest("Deployment", "shop-worker");
    at(unknown, "spec.template.spec").getAsJsonObject().addProperty("gracePeriod", 30);
    assertThatThrownBy(() -> validate(unknown)).hasMessageContaining("gracePeriod");
    JsonObject missing = manifest("Deployment", "shop-web");
    at(missing, "spec").getAsJsonObject().remove("selector");
    assertThatThrownBy(() -> validate(missing)).hasMessageContaining("selector");
    JsonObject number = manifest("ScaledObject", "shop-worker");
    at(number, "spec.triggers.0.metadata").getAsJsonObject().addProperty("targetValue", 1);
    assertThatThrownBy(() -> validate(number)).hasMessageContaining("targetValue");
  }

  @Test
  void theyFitTogether() throws IOException {
    JsonObject scaled = manifest("ScaledObject", "shop-worker");
    String worker = at(scaled, "spec.scaleTargetRef.name").getAsString();
    JsonObject deployment = manifest("Deployment", worker);
    // The ScaledObject decides, and a number here would undo it with each deployment
    assertThat(at(deployment, "spec").getAsJsonObject().has("replicas")).isFalse();
    assertThat(at(scaled, "spec.triggers.0.metadata.url").getAsString())
        .startsWith("http://shop-web.shop.svc/scaling?types=");
    for (String name : List.of("shop-web", worker)) {
      JsonElement labels = at(manifest("Deployment", name), "spec.template.metadata.labels");
      assertThat(at(manifest("Deployment", name), "spec.selector.matchLabels")).isEqualTo(labels);
      assertThat(at(manifest("PodDisruptionBudget", name), "spec.selector.matchLabels"))
          .isEqualTo(labels);
    }
    assertThat(at(manifest("Service", "shop-web"), "spec.selector"))
        .isEqualTo(at(manifest("Deployment", "shop-web"), "spec.selector.matchLabels"));
  }

  @Test
  void probesAndTheAutoscalerAskWhatTheDashboardServes() throws IOException {
    try (World world = new World();
        JobDashboard dashboard =
            JobDashboard.builder(world.runtime)
                .accessPolicy(request -> DashboardUser.nobody())
                .scalingToken("0123456789abcdef")
                .build()) {
      for (String name : List.of("shop-web", "shop-worker")) {
        JsonElement container = at(manifest("Deployment", name), "spec.template.spec.containers.0");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
          String path = at(container, probe + ".httpGet.path").getAsString();
          assertThat(World.answered(dashboard, World.get(path)).status()).isEqualTo(200);
        }
      }
      JsonObject scaled = manifest("ScaledObject", "shop-worker");
      String url = at(scaled, "spec.triggers.0.metadata.url").getAsString();
      String answer =
          World.answered(
                  dashboard,
                  World.get(url.substring(url.indexOf("/scaling")))
                      .withHeader("Authorization", "Bearer 0123456789abcdef"))
              .text();
      String location = at(scaled, "spec.triggers.0.metadata.valueLocation").getAsString();
      assertThat(at(new Gson().fromJson(answer, JsonObject.class), location).getAsInt()).isZero();
    }
  }
}
