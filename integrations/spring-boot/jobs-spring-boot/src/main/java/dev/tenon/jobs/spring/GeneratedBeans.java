package dev.tenon.jobs.spring;

import dev.tenon.jobs.definition.ModuleDefinition;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Creates beans of the classes that the annotation processor generates: for each module the one
 * that submits jobs, and, where workers run, the one that takes the handlers. It scans for nothing:
 * the modules are listed in {@code META-INF/services}, and name their classes. A class that the
 * application already has a bean of is skipped. Imported by configurations that bring a job
 * service.
 */
public final class GeneratedBeans
    implements ImportBeanDefinitionRegistrar,
        BeanFactoryAware,
        BeanClassLoaderAware,
        EnvironmentAware {

  private @Nullable ListableBeanFactory beanFactory;
  private @Nullable ClassLoader classLoader;
  private @Nullable Environment environment;

  /** Called by Spring. */
  public GeneratedBeans() {}

  @Override
  public void setBeanFactory(BeanFactory beanFactory) {
    this.beanFactory = (ListableBeanFactory) beanFactory;
  }

  @Override
  public void setBeanClassLoader(ClassLoader classLoader) {
    this.classLoader = classLoader;
  }

  @Override
  public void setEnvironment(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
    boolean worker =
        environment == null || environment.getProperty("tenon.worker.enabled", Boolean.class, true);
    for (ModuleDefinition module : modules(classLoader)) {
      module.jobsClass().ifPresent(type -> register(type, registry));
      if (worker) {
        module.handlersClass().ifPresent(type -> registerHandlers(type, registry));
      }
    }
  }

  /** The modules that the class path lists. */
  static List<ModuleDefinition> modules(@Nullable ClassLoader classLoader) {
    List<ModuleDefinition> modules = new ArrayList<>();
    ServiceLoader.load(ModuleDefinition.class, classLoader).forEach(modules::add);
    return modules;
  }

  /** A module with very many handlers takes them in groups, which are nested classes. */
  private void registerHandlers(Class<?> handlers, BeanDefinitionRegistry registry) {
    register(handlers, registry);
    for (Constructor<?> constructor : handlers.getConstructors()) {
      for (Class<?> parameter : constructor.getParameterTypes()) {
        if (parameter.getEnclosingClass() == handlers) {
          register(parameter, registry);
        }
      }
    }
  }

  private void register(Class<?> type, BeanDefinitionRegistry registry) {
    if (beanFactory != null && beanFactory.getBeanNamesForType(type, true, false).length > 0) {
      return;
    }
    RootBeanDefinition definition = new RootBeanDefinition(type);
    // By its public constructor, the only one that is for others
    definition.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
    definition.setNonPublicAccessAllowed(false);
    definition.setLazyInit(false);
    registry.registerBeanDefinition(type.getName(), definition);
  }
}
