package dev.tenon.examples.plm.worker;

import dagger.BindsInstance;
import dagger.Component;
import jakarta.inject.Singleton;
import java.util.Map;
import javax.sql.DataSource;

/**
 * All that a worker is made of. The module that Tenon generates asks for every handler: if Dagger
 * cannot make one, this does not compile.
 */
@Singleton
@Component(modules = {PlmWorkerJobsDaggerModule.class, SettingsModule.class})
interface WorkerComponent {

  PlmWorkerJobsHandlers handlers();

  /** Makes the component. */
  @Component.Factory
  interface Factory {
    WorkerComponent create(
        @BindsInstance DataSource database, @BindsInstance Map<String, String> environment);
  }
}
