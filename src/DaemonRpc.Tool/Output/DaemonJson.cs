using System.Text.Json;
using DaemonRpc.Tool.Daemons;

namespace DaemonRpc.Tool.Output;

/// <summary>Writes daemons as JSON. The page <c>docs/reference/tool.md</c> describes the fields.</summary>
internal static class DaemonJson
{
    /// <summary>Writes a daemon as an object.</summary>
    public static void Write(Utf8JsonWriter json, DaemonView view)
    {
        json.WriteStartObject();
        WriteFields(json, view);
        json.WriteEndObject();
    }

    /// <summary>Writes a daemon's fields into the current object.</summary>
    public static void WriteFields(Utf8JsonWriter json, DaemonView view)
    {
        WriteName(json, view.Daemon);
        json.WriteBoolean("isRunning", view.Report.IsRunning);
        json.WriteString("state", view.Status is not null ? view.State : view.Report.IsRunning ? "notAnswering" : DaemonView.Ended);
        WriteStatus(json, view.Status);
        WriteTime(json, "buildTimestamp", view.Daemon.BuildTimestamp);
        WriteTime(json, "startedAt", view.Process?.StartedAt ?? default);
        WriteNumber(json, "memoryBytes", view.Process?.MemoryBytes);
        json.WriteString("logPath", view.Daemon.LogPath);
        json.WriteString("problem", view.Report.Problem);
        json.WriteString("protocolMismatch", view.Report.ProtocolMismatch);
    }

    /// <summary>Writes which daemon it is.</summary>
    public static void WriteName(Utf8JsonWriter json, DaemonHandle daemon)
    {
        json.WriteString("id", daemon.Id);
        json.WriteString("instance", daemon.Instance);
        WriteNumber(json, "processId", daemon.ProcessId == 0 ? null : daemon.ProcessId);
    }

    /// <summary>Writes the fields of a status; null values if there is none.</summary>
    public static void WriteStatus(Utf8JsonWriter json, DaemonStatus? status)
    {
        json.WriteString("message", status?.Message);
        if (status?.Progress is { } progress)
        {
            json.WriteNumber("progress", progress);
        }
        else
        {
            json.WriteNull("progress");
        }

        WriteTask(json, "task", status?.Task);
        json.WriteStartArray("yieldedTasks");
        foreach (DaemonTask task in status?.YieldedTasks ?? [])
        {
            WriteTask(json, null, task);
        }

        json.WriteEndArray();
        WriteNumber(json, "waiting", status?.Waiting);
        WriteNumber(json, "tasksFinished", status?.TasksFinished);
    }

    /// <summary>Writes a time as ISO 8601 in UTC, or null for an unknown one.</summary>
    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset time)
    {
        if (time == default)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, time.UtcDateTime);
        }
    }

    /// <summary>Writes a number or null.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteTask(Utf8JsonWriter json, string? name, DaemonTask? task)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        if (task is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("id", task.Id.ToString());
        json.WriteString("method", task.Method);
        WriteTime(json, "startedAt", task.StartedAt);
        json.WriteNumber("clientProcessId", task.ClientProcessId);
        json.WriteString("awaitedAnswer", task.AwaitedAnswer);
        json.WriteEndObject();
    }
}
