package dev.tenon.examples.plm.worker;

import dagger.Module;
import dagger.Provides;
import dev.tenon.examples.plm.handlers.FileSettings;
import dev.tenon.examples.plm.handlers.MailSettings;
import dev.tenon.examples.plm.handlers.ZooSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Reads the settings of the handlers' services from the environment. */
@Module
interface SettingsModule {

  @Provides
  static MailSettings mail(Map<String, String> environment) {
    return new MailSettings(
        environment.getOrDefault("PLM_SMTP_HOST", "localhost"),
        Integer.parseInt(environment.getOrDefault("PLM_SMTP_PORT", "25")),
        environment.getOrDefault("PLM_MAIL_FROM", "plm@plm.example"));
  }

  @Provides
  static ZooSettings zoo(Map<String, String> environment) {
    return new ZooSettings(
        URI.create(environment.getOrDefault("PLM_ZOO_URL", "http://localhost:8090")),
        Duration.ofMillis(
            Long.parseLong(environment.getOrDefault("PLM_ZOO_POLL_MILLIS", "500"))));
  }

  @Provides
  static FileSettings files(Map<String, String> environment) {
    return new FileSettings(Path.of(environment.getOrDefault("PLM_FILES", "files")));
  }
}
