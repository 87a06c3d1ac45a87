package dev.tenon.jobs.spring;

import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.JobHandlers;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Explains why a handler is not a bean that the generated handlers class can take: there is none,
 * it is behind a proxy of the wrong kind, or it is final and so cannot have the right kind.
 */
final class HandlerFailureAnalyzer extends AbstractFailureAnalyzer<BeanCreationException>
    implements Ordered {

  private final @Nullable ConfigurableListableBeanFactory beanFactory;

  /** Called by Spring Boot. */
  HandlerFailureAnalyzer(@Nullable BeanFactory beanFactory) {
    this.beanFactory =
        beanFactory instanceof ConfigurableListableBeanFactory listable ? listable : null;
  }

  /** Before those of Boot, which know nothing of handlers. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  protected @Nullable FailureAnalysis analyze(
      Throwable rootFailure, BeanCreationException outermost) {
    BeanCreationException creation = outermost;
    for (Throwable failure = outermost; failure != null; failure = failure.getCause()) {
      if (failure instanceof BeanCreationException inner) {
        creation = inner;
      } else if (failure instanceof AopConfigException) {
        return finalHandler(creation, failure);
      } else if (failure instanceof BeanNotOfRequiredTypeException wrongType) {
        return Proxy.isProxyClass(wrongType.getActualType())
                && isHandler(wrongType.getRequiredType())
            ? interfaceProxy(wrongType.getRequiredType(), failure)
            : null;
      } else if (failure instanceof NoSuchBeanDefinitionException missing
          && !(failure instanceof NoUniqueBeanDefinitionException)) {
        return missingHandler(creation, missing);
      }
    }
    return null;
  }

  private @Nullable FailureAnalysis finalHandler(
      BeanCreationException creation, Throwable failure) {
    String name = creation.getBeanName();
    if (beanFactory == null || name == null || !beanFactory.containsBeanDefinition(name)) {
      return null;
    }
    Class<?> type = beanFactory.getType(name, false);
    if (type == null || !isHandler(type) || !Modifier.isFinal(type.getModifiers())) {
      return null;
    }
    return new FailureAnalysis(
        "The handler %s is final, but Spring has to make a subclass of it, since it or one of its methods is annotated with @Transactional or something else that needs a proxy."
            .formatted(type.getName()),
        "Remove 'final' from the class, or move the annotated method into a bean that the handler calls.",
        failure);
  }

  private @Nullable FailureAnalysis missingHandler(
      BeanCreationException creation, NoSuchBeanDefinitionException missing) {
    Class<?> type = missing.getBeanType();
    if (type == null || !isOfHandlersClass(creation)) {
      return null;
    }
    if (isBehindInterfaceProxy(type)) {
      return interfaceProxy(type, missing);
    }
    return new FailureAnalysis(
        "The handler %s is not a bean, so no worker can run its jobs.".formatted(type.getName()),
        "Annotate it with @Component, in a package that the application scans, or declare it with @Bean. A process that runs no jobs has tenon.worker.enabled=false.",
        missing);
  }

  private static boolean isOfHandlersClass(BeanCreationException creation) {
    InjectionPoint point =
        creation instanceof UnsatisfiedDependencyException unsatisfied
            ? unsatisfied.getInjectionPoint()
            : null;
    if (point == null) {
      return false;
    }
    Class<?> taker = point.getMember().getDeclaringClass();
    Class<?> outer = taker.getEnclosingClass();
    return JobHandlers.class.isAssignableFrom(taker)
        || (outer != null && JobHandlers.class.isAssignableFrom(outer));
  }

  private static boolean isHandler(Class<?> type) {
    return JobHandler.class.isAssignableFrom(type) || BatchJobHandler.class.isAssignableFrom(type);
  }

  private boolean isBehindInterfaceProxy(Class<?> type) {
    if (beanFactory == null) {
      return false;
    }
    for (Class<?> handler : List.of(JobHandler.class, BatchJobHandler.class)) {
      for (String name : beanFactory.getBeanNamesForType(handler, true, false)) {
        Object bean = beanFactory.getSingleton(name);
        if (bean != null
            && Proxy.isProxyClass(bean.getClass())
            && type.equals(AopUtils.getTargetClass(bean))) {
          return true;
        }
      }
    }
    return false;
  }

  private static FailureAnalysis interfaceProxy(Class<?> handler, Throwable failure) {
    return new FailureAnalysis(
        "The bean of the handler %s is a JDK proxy, which has the interfaces of the handler but is not a %s; the generated handlers class takes it by its class."
            .formatted(handler.getName(), handler.getSimpleName()),
        "Let Spring make proxies by subclasses, as Boot does by default: remove spring.aop.proxy-target-class=false, or set proxyTargetClass = true where proxies are switched on, such as in @EnableTransactionManagement.",
        failure);
  }
}
