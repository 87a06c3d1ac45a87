package dev.tenon.jobs.quarkus.deployment;

import dev.tenon.jobs.quarkus.deployment.labels.LabelPrint;
import dev.tenon.jobs.testservers.Ports;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.JavaArchive;

/** The application of the tests, on a database and a port of its own. */
final class Labels {

  private static final int PORT = Ports.free();

  private Labels() {}

  /** Adds the classes, those that are generated among them. */
  static void addTo(JavaArchive application, String properties) {
    application
        .addPackage(LabelPrint.class.getPackage())
        .addAsResource(TypeNames.MODULES_FILE)
        // By this, the annotation processor knows the whole module when dev mode compiles one class
        .addAsResource("META-INF/tenon/module.index")
        .addAsResource(new StringAsset(properties), "application.properties");
  }

  static String properties(PostgresDatabase database) {
    return """
        quarkus.http.port=%d
        quarkus.datasource.jdbc.url=%s
        quarkus.datasource.username=%s
        quarkus.datasource.password=%s
        quarkus.tenon.fast-rescue=false
        """
        .formatted(PORT, database.url(), database.user(), database.password());
  }

  /** Settings of a process of its own; the map may be changed. */
  static Map<String, String> runtimeProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("quarkus.http.port", "" + PORT);
    return properties;
  }

  /** The answer to a request, from the address of the application. */
  static String get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + PORT + path))
                .timeout(Duration.ofMinutes(2))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
