package dev.tenon.jobs.processor.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.EmittingJobHandler;
import dev.tenon.jobs.EmittingJobs;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobSnoozedException;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.Batch;
import dev.tenon.jobs.annotation.CheckedBy;
import dev.tenon.jobs.annotation.Description;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.GeneratedJobModule;
import dev.tenon.jobs.annotation.InDoubt;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.ResumesFrom;
import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.annotation.Sensitive;
import dev.tenon.jobs.annotation.Signal;
import dev.tenon.jobs.annotation.Sleeps;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.annotation.StepKey;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.annotation.Upcaster;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.Constraints;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.FixedDelaySchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.JsonKeyCodec;
import dev.tenon.jobs.definition.JsonReader;
import dev.tenon.jobs.definition.JsonWriter;
import dev.tenon.jobs.definition.KeyForm;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.Violations;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.durable.JobSuspendedError;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepContext;
import dev.tenon.jobs.durable.TypedSignals;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuntimeTypesTest {

  @Test
  void namesTheTypesThatThereAre() throws IllegalAccessException {
    List<ClassName> named = new ArrayList<>();
    for (Field field : RuntimeTypes.class.getFields()) {
      named.add((ClassName) field.get(null));
    }

    assertThat(named)
        .extracting(ClassName::canonicalName)
        .containsExactlyInAnyOrder(
            JobType.class.getCanonicalName(),
            JobModule.class.getCanonicalName(),
            Description.class.getCanonicalName(),
            GeneratedJobModule.class.getCanonicalName(),
            Upcaster.class.getCanonicalName(),
            FromResults.class.getCanonicalName(),
            CheckedBy.class.getCanonicalName(),
            Sensitive.class.getCanonicalName(),
            Signal.class.getCanonicalName(),
            JobPriority.class.getCanonicalName(),
            OverlapPolicy.class.getCanonicalName(),
            DuplicatePolicy.class.getCanonicalName(),
            UniqueScope.class.getCanonicalName(),
            CronSchedule.class.getCanonicalName(),
            FixedDelaySchedule.class.getCanonicalName(),
            JobLimits.class.getCanonicalName(),
            Rate.class.getCanonicalName(),
            KeyForm.class.getCanonicalName(),
            SignalDefinition.class.getCanonicalName(),
            TaskInput.class.getCanonicalName(),
            UniqueRule.class.getCanonicalName(),
            Constraints.class.getCanonicalName(),
            JobDefinition.class.getCanonicalName(),
            ModuleDefinition.class.getCanonicalName(),
            JsonCodec.class.getCanonicalName(),
            JsonCodecs.class.getCanonicalName(),
            JsonKeyCodec.class.getCanonicalName(),
            JsonReader.class.getCanonicalName(),
            JsonWriter.class.getCanonicalName(),
            RetryPolicy.class.getCanonicalName(),
            ValueDefinition.class.getCanonicalName(),
            Violations.class.getCanonicalName(),
            BacklogRule.class.getCanonicalName(),
            Batch.class.getCanonicalName(),
            BatchJobHandler.class.getCanonicalName(),
            BatchRule.class.getCanonicalName(),
            EmittingJobHandler.class.getCanonicalName(),
            EmittingJobs.class.getCanonicalName(),
            OrderRule.class.getCanonicalName(),
            RetryOrder.class.getCanonicalName(),
            WhenFull.class.getCanonicalName(),
            JobBinding.class.getCanonicalName(),
            JobHandler.class.getCanonicalName(),
            JobHandlers.class.getCanonicalName(),
            JobService.class.getCanonicalName(),
            JobSubmitter.class.getCanonicalName(),
            Awaits.class.getCanonicalName(),
            InDoubt.class.getCanonicalName(),
            ResumesFrom.class.getCanonicalName(),
            Sleeps.class.getCanonicalName(),
            Step.class.getCanonicalName(),
            StepKey.class.getCanonicalName(),
            StepDefinition.class.getCanonicalName(),
            StepExecutor.class.getCanonicalName(),
            StepsDefinition.class.getCanonicalName(),
            WaitDefinition.class.getCanonicalName(),
            StepContext.class.getCanonicalName(),
            Resolution.class.getCanonicalName(),
            JobSuspendedError.class.getCanonicalName(),
            JobContext.class.getCanonicalName(),
            JobStoreException.class.getCanonicalName(),
            TypedJobs.class.getCanonicalName(),
            TypedSignals.class.getCanonicalName(),
            RetryJobException.class.getCanonicalName(),
            JobSnoozedException.class.getCanonicalName(),
            PermanentJobException.class.getCanonicalName());
  }
}
