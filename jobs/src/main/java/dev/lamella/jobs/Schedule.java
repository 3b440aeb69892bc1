package dev.lamella.jobs;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * What db-scheduler is told about jobs: an execution for each that has not ended. Its priority is the job's, its time the job's turn read as
 * milliseconds after 1970, so what is due is picked in the order of turns.
 */
final class Schedule {

    static final String TABLE = "job_schedule";
    static final String TASK = "job";

    /** The time of executions that are put aside. */
    static final Instant ASIDE = Instant.parse("9000-01-01T00:00:00Z");

    private final SchedulerClient client;

    Schedule(JobDatabase database) {
        client = SchedulerClient.Builder.create(database.connections())
                .tableName(TABLE)
                .enablePriority()
                .jdbcCustomization(dialect(database))
                .build();
    }

    /** Returns what db-scheduler has to know of the database. */
    static JdbcCustomization dialect(JobDatabase database) {
        return database.isEmbedded() ? new H2Dialect() : new PostgreSqlJdbcCustomization(false, false);
    }

    /** Returns the time of an execution whose job has a turn. */
    static Instant timeOf(long turn) {
        return Instant.ofEpochMilli(turn);
    }

    /** Adds executions whose turn will come. */
    void add(List<JobTurn> turns) {
        client.scheduleBatch(turns.stream()
                .<SchedulableInstance<?>>map(turn -> SchedulableInstance.of(
                        instance(turn.id(), turn.priority().rank()), timeOf(turn.turn())))
                .toList());
    }

    /** Adds an execution that looks at a job when a pause is over, before all that have a turn in its priority. */
    void addPause(UUID id, JobPriority priority, Instant end) {
        client.scheduleBatch(List.of(instance(id, priority.rank() + JobPriority.PAUSE_OVER)), end);
    }

    /** Gives an execution that was put aside its turn back; one that is being looked at right now keeps what it has. */
    void bringBack(UUID id, long turn) {
        try {
            client.reschedule(TaskInstanceId.of(TASK, id.toString()), timeOf(turn));
        } catch (TaskInstanceCurrentlyExecutingException | TaskInstanceNotFoundException e) {
            // Whoever has it sees that it waits for nothing any more.
        }
    }

    /**
     * Removes the execution of a job that waits.
     *
     * @return whether it is removed; if not, a generator has just picked it
     */
    boolean remove(UUID id) {
        try {
            client.cancel(TaskInstanceId.of(TASK, id.toString()));
            return true;
        } catch (TaskInstanceNotFoundException e) {
            return true;
        } catch (TaskInstanceCurrentlyExecutingException | ExecutionException e) {
            return false;
        }
    }

    /**
     * Returns whether an execution is still held by the generator that picked it, as it did then. If that was taken for dead, another one has it
     * or had it. The version alone would not do: it begins again when an execution is removed and added.
     */
    static boolean isHeld(Handle handle, Execution execution) {
        return handle.createQuery("select count(*) from job_schedule where task_name = :task and task_instance = :id"
                                + " and version = :version and picked = true and picked_by = :generator")
                        .bind("task", TASK)
                        .bind("id", execution.taskInstance.getId())
                        .bind("version", execution.version)
                        .bind("generator", execution.pickedBy)
                        .mapTo(Integer.class)
                        .one()
                == 1;
    }

    private static TaskInstance<?> instance(UUID id, int priority) {
        return new TaskInstance.Builder<Void>(TASK, id.toString())
                .priority(priority)
                .build();
    }
}
