package dev.tenon.jobs.spring.test;

import dev.tenon.jobs.spring.test.TenonTest.Database;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Leaves the application's auto-configurations and all scanned classes but handlers out, and gives
 * the context its database. Equal ones share a context.
 *
 * @param database where the database is; null if there is none
 */
record TenonTestContextCustomizer(@Nullable Database database) implements ContextCustomizer {

  @Override
  public void customizeContext(
      ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
    TestPropertyValues.of(EnableAutoConfiguration.ENABLED_OVERRIDE_PROPERTY + "=false")
        .applyTo(context);
    if (database != null) {
      ContextCloser.add(context);
    }
    if (database == Database.EMBEDDED) {
      EmbeddedServer.newDatabase().applyTo(context);
    }
    context
        .getBeanFactory()
        .registerSingleton(TypeExcludeFilter.class.getName() + ".tenon", new HandlerFilter());
  }
}
