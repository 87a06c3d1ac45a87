package dev.tenon.examples.plm.spring;

import dev.tenon.examples.plm.handlers.Cache;
import dev.tenon.examples.plm.handlers.CacheCleanupHandler;
import dev.tenon.examples.plm.handlers.DesignCloneHandler;
import dev.tenon.examples.plm.handlers.DesignReleaseHandler;
import dev.tenon.examples.plm.handlers.Designs;
import dev.tenon.examples.plm.handlers.FileSettings;
import dev.tenon.examples.plm.handlers.FileStore;
import dev.tenon.examples.plm.handlers.MailSettings;
import dev.tenon.examples.plm.handlers.Mailer;
import dev.tenon.examples.plm.handlers.PartChangedHandler;
import dev.tenon.examples.plm.handlers.PartImportHandler;
import dev.tenon.examples.plm.handlers.Parts;
import dev.tenon.examples.plm.handlers.WidgetBatchHandler;
import dev.tenon.examples.plm.handlers.WorkInstructions;
import dev.tenon.examples.plm.handlers.WorkflowTransitionHandler;
import dev.tenon.examples.plm.handlers.ZooClient;
import dev.tenon.examples.plm.handlers.ZooGenerateHandler;
import dev.tenon.examples.plm.handlers.ZooSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The worker on Spring Boot. The starter finds the handlers among the beans and starts a worker
 * with them; a handler that is left out here fails the start, by its name.
 */
@SpringBootApplication
@Import({
  CacheCleanupHandler.class,
  DesignCloneHandler.class,
  DesignReleaseHandler.class,
  PartChangedHandler.class,
  PartImportHandler.class,
  WidgetBatchHandler.class,
  WorkflowTransitionHandler.class,
  ZooGenerateHandler.class,
  Cache.class,
  Designs.class,
  FileStore.class,
  Mailer.class,
  Parts.class,
  WorkInstructions.class,
  ZooClient.class
})
public class PlmWorker {

  /** Works until the process is asked to end. */
  public static void main(String[] arguments) {
    SpringApplication.run(PlmWorker.class, arguments);
  }

  @Bean
  MailSettings mailSettings(
      @Value("${plm.mail.host}") String host,
      @Value("${plm.mail.port}") int port,
      @Value("${plm.mail.from}") String from) {
    return new MailSettings(host, port, from);
  }

  @Bean
  ZooSettings zooSettings(
      @Value("${plm.zoo.url}") URI service, @Value("${plm.zoo.poll-millis}") long pollMillis) {
    return new ZooSettings(service, Duration.ofMillis(pollMillis));
  }

  @Bean
  FileSettings fileSettings(@Value("${plm.files}") Path folder) {
    return new FileSettings(folder);
  }
}
