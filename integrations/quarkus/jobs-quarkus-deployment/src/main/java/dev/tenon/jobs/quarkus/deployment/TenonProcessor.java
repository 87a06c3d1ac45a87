package dev.tenon.jobs.quarkus.deployment;

import dev.tenon.jobs.quarkus.TenonBuildConfig;
import io.quarkus.agroal.spi.JdbcDataSourceBuildItem;
import io.quarkus.arc.deployment.AdditionalBeanBuildItem;
import io.quarkus.arc.deployment.AnnotationsTransformerBuildItem;
import io.quarkus.arc.processor.DotNames;
import io.quarkus.bootstrap.classloading.QuarkusClassLoader;
import io.quarkus.datasource.common.runtime.DatabaseKind;
import io.quarkus.deployment.Capabilities;
import io.quarkus.deployment.Capability;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.builditem.AdditionalApplicationArchiveMarkerBuildItem;
import io.quarkus.deployment.builditem.CombinedIndexBuildItem;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.metrics.MetricsCapabilityBuildItem;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.metrics.MetricsFactory;
import io.quarkus.smallrye.health.deployment.spi.HealthBuildItem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.jandex.DotName;

/** Makes beans of Tenon's parts and of the generated classes of an application. */
@BuildSteps(onlyIf = TenonEnabled.class)
class TenonProcessor {

  private static final String DATASOURCE = "quarkus.tenon.datasource";

  TenonProcessor() {}

  @BuildStep
  FeatureBuildItem feature() {
    return new FeatureBuildItem("tenon");
  }

  /** Jars with job modules are searched, even those without an index. */
  @BuildStep
  AdditionalApplicationArchiveMarkerBuildItem marker() {
    return new AdditionalApplicationArchiveMarkerBuildItem(TypeNames.MODULES_FILE);
  }

  @BuildStep
  GeneratedClassesBuildItem generatedClasses(CombinedIndexBuildItem index) {
    return GeneratedClasses.find(index.getIndex());
  }

  @BuildStep
  AnnotationsTransformerBuildItem constructorInjection(GeneratedClassesBuildItem classes) {
    return new AnnotationsTransformerBuildItem(new ConstructorInjection(classes.generated()));
  }

  @BuildStep
  void beans(
      TenonBuildConfig config,
      List<JdbcDataSourceBuildItem> dataSources,
      GeneratedClassesBuildItem classes,
      BuildProducer<AdditionalBeanBuildItem> beans) {
    checkDataSource(config, dataSources);
    beans.produce(
        AdditionalBeanBuildItem.builder()
            .addBeanClasses(TypeNames.BEANS, TypeNames.POOL, TypeNames.LIFECYCLE)
            .setUnremovable()
            .build());
    beans.produce(singletons(classes.generated()));
    beans.produce(singletons(classes.handlers()));
  }

  /** A handler that has a scope keeps it. */
  private static AdditionalBeanBuildItem singletons(Set<DotName> classes) {
    return AdditionalBeanBuildItem.builder()
        .addBeanClasses(classes.stream().map(DotName::toString).toArray(String[]::new))
        .setDefaultScope(DotNames.SINGLETON)
        .setUnremovable()
        .build();
  }

  private static void checkDataSource(
      TenonBuildConfig config, List<JdbcDataSourceBuildItem> dataSources) {
    Optional<String> name = config.datasource();
    JdbcDataSourceBuildItem chosen =
        dataSources.stream()
            .filter(each -> name.map(each.getName()::equals).orElseGet(() -> each.isDefault()))
            .findFirst()
            .orElseThrow(() -> noDataSource(name, dataSources));
    if (!DatabaseKind.isPostgreSQL(chosen.getDbKind())) {
      throw new ConfigurationException(
          "Tenon keeps its jobs in PostgreSQL, but the data source '%s' is of the kind %s. Set %s to the name of a data source of the kind postgresql, or switch Tenon off with quarkus.tenon.enabled=false."
              .formatted(chosen.getName(), chosen.getDbKind(), DATASOURCE),
          Set.of(DATASOURCE));
    }
  }

  private static ConfigurationException noDataSource(
      Optional<String> name, List<JdbcDataSourceBuildItem> dataSources) {
    List<String> names = dataSources.stream().map(JdbcDataSourceBuildItem::getName).toList();
    return new ConfigurationException(
        name.map(
                wanted ->
                    "%s is '%s', but the JDBC data sources of the application are %s. Correct the name, or configure that data source."
                        .formatted(DATASOURCE, wanted, names))
            .orElseGet(
                () ->
                    "Tenon keeps its jobs in PostgreSQL, but the application has no default JDBC data source; its JDBC data sources are %s. Set quarkus.datasource.db-kind=postgresql and quarkus.datasource.jdbc.url, or %s to the name of one of them, or switch Tenon off with quarkus.tenon.enabled=false."
                        .formatted(names, DATASOURCE)),
        Set.of(DATASOURCE));
  }

  /** Read by quarkus-smallrye-health, if the application has it. */
  @BuildStep
  HealthBuildItem readiness(TenonBuildConfig config) {
    return new HealthBuildItem(TypeNames.READINESS, config.health().enabled());
  }

  @BuildStep
  void meters(
      TenonBuildConfig config,
      Optional<MetricsCapabilityBuildItem> metrics,
      GeneratedClassesBuildItem classes,
      BuildProducer<AdditionalBeanBuildItem> beans) {
    boolean hasMicrometer =
        metrics.map(each -> each.metricsSupported(MetricsFactory.MICROMETER)).orElse(false);
    if (config.metrics().enabled()
        && hasMicrometer
        && !classes.isProduced(TypeNames.METERS_LISTENER)
        && QuarkusClassLoader.isClassPresentAtRuntime(TypeNames.METERS_LISTENER.toString())) {
      beans.produce(AdditionalBeanBuildItem.unremovableOf(TypeNames.METERS));
    }
  }

  @BuildStep
  void spans(
      TenonBuildConfig config,
      Capabilities capabilities,
      GeneratedClassesBuildItem classes,
      BuildProducer<AdditionalBeanBuildItem> beans) {
    if (config.tracing().enabled()
        && capabilities.isPresent(Capability.OPENTELEMETRY_TRACER)
        && !classes.isProduced(TypeNames.SPANS_LISTENER)
        && QuarkusClassLoader.isClassPresentAtRuntime(TypeNames.SPANS_LISTENER.toString())) {
      beans.produce(AdditionalBeanBuildItem.unremovableOf(TypeNames.SPANS));
    }
  }
}
