using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using DaemonRpc.Protocol;

namespace DaemonRpc.Telemetry;

/// <summary>Observes one call, as its client or its daemon sees it: its span, and how long it takes. Exists only while somebody listens.</summary>
internal sealed class CallWatch
{
    private const string Result = "Result";
    private const string Error = "Error";
    private const string Canceled = "Canceled";
    private const string Refusal = "Refusal";

    private readonly Activity? _span;
    private readonly Histogram<double>? _durations;
    private readonly string _method;
    private readonly string? _address;
    private readonly long _begin = Stopwatch.GetTimestamp();

    private CallWatch(Activity? span, Histogram<double>? durations, string method, string? address) => (_span, _durations, _method, _address) = (span, durations, method, address);

    /// <summary>Whether a listener wants calls of clients.</summary>
    public static bool IsClientWanted => Listening.IsPossible && HasClientListener();

    /// <summary>Creates what calls need. Called while the caller waits for its connection, as first use takes a little time.</summary>
    public static void Prepare()
    {
        if (Listening.IsPossible)
        {
            _ = HasClientListener();
            _ = CallersSpan.Current;
        }
    }

    /// <summary>Whether a listener wants tasks.</summary>
    public static bool IsServerWanted => Listening.IsPossible && HasServerListener();

    /// <summary>Whether a listener wants spans.</summary>
    public static bool IsSpanWanted => Listening.IsPossible && HasSpanListener();

    /// <summary>Begins to observe a call that is about to be sent. Its span is current from now on, in the calling asynchronous method.</summary>
    /// <param name="name">The full name of the method: the contract's, a slash, and its own.</param>
    /// <param name="socket">The daemon's socket, or null if it is in this process.</param>
    public static CallWatch BeginClient(string name, string? socket)
    {
        Activity? span = !Spans.HaveListeners ? null : socket is null
            ? Spans.Start(name, ActivityKind.Client, parent: null, [new(Names.RpcSystem, Names.System), new(Names.RpcMethod, name)])
            : Spans.Start(name, ActivityKind.Client, parent: null,
            [
                new(Names.RpcSystem, Names.System), new(Names.RpcMethod, name), new(Names.ServerAddress, socket),
                new(Names.Transport, "unix"), new(Names.PeerAddress, socket),
            ]);
        return new CallWatch(span, Metrics.ClientDuration, name, socket);
    }

    /// <summary>Begins to observe a task. Its span is current from now on, in the calling asynchronous method.</summary>
    /// <param name="contract">The full name of the contract.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="caller">The span in which the call was made; null if there is none.</param>
    /// <param name="task">The task.</param>
    /// <param name="client">The client's process.</param>
    public static CallWatch BeginServer(string contract, string method, TraceContext? caller, DaemonTaskId task, int client)
    {
        string name = $"{contract}/{method}";
        Activity? span = Spans.HaveListeners
            ? Spans.Start(name, ActivityKind.Server, caller,
            [
                new(Names.RpcSystem, Names.System), new(Names.RpcMethod, name), new(Names.TaskId, task.ToString()), new(Names.ClientProcess, client),
            ])
            : null;
        return new CallWatch(span, Metrics.ServerDuration, name, null);
    }

    /// <summary>Begins to observe a callback that the daemon calls. Its span is within that of the call, and is not measured.</summary>
    /// <param name="callback">The full name of the callback's interface.</param>
    /// <param name="method">The method's name.</param>
    public static CallWatch BeginCallback(string callback, string method)
    {
        string name = $"{callback}/{method}";
        return new CallWatch(Spans.Start(name, ActivityKind.Internal, parent: null, [new(Names.RpcSystem, Names.System), new(Names.RpcMethod, name)]), null, name, null);
    }

    /// <summary>Ends the observation of a callback.</summary>
    /// <param name="failure">The exception of the caller's code; null for success.</param>
    public void EndCallback(Exception? failure) => End(TypeOf(failure), failure is null ? Result : Error);

    /// <summary>Ends the observation of a call whose client has its result, or an exception.</summary>
    /// <param name="failure">The client's exception; null for success.</param>
    /// <param name="daemon">The daemon's process; 0 if none is known.</param>
    public void EndClient(Exception? failure, int daemon)
    {
        if (daemon != 0)
        {
            _ = _span?.SetTag(Names.DaemonProcess, daemon);
        }

        End(TypeOf(failure), failure switch
        {
            null => Result,
            DaemonRemoteException => Error,
            DaemonBusyException or DaemonVersionException or DaemonReentrancyException => Refusal,
            DaemonTaskCanceledException { Outcome: not (CancelOutcome.NeverStarted or CancelOutcome.Forced) } => Canceled,
            _ => null,
        });
    }

    /// <summary>Ends the observation of a stream that its consumer left before it ended.</summary>
    public void EndLeft() => End(null, Canceled);

    /// <summary>Ends the observation of a task whose handler has returned.</summary>
    /// <param name="failure">The handler's exception; null for success.</param>
    /// <param name="isStopped">Whether the exception says that the task has obeyed a cancellation.</param>
    public void EndServer(Exception? failure, bool isStopped) => End(TypeOf(failure), failure is null ? Result : isStopped ? Canceled : Error);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool HasClientListener() => Spans.HaveListeners || Metrics.ClientDuration.Enabled;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool HasServerListener() => Spans.HaveListeners || Metrics.ServerDuration.Enabled;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool HasSpanListener() => Spans.HaveListeners;

    private static string? TypeOf(Exception? failure) => failure is null ? null : failure is DaemonRemoteException remote ? remote.RemoteType : failure.GetType().FullName;

    private void End(string? error, string? status)
    {
        if (_durations is { Enabled: true })
        {
            Record(Stopwatch.GetElapsedTime(_begin), error, status);
        }

        if (_span is not null)
        {
            if (status is not null)
            {
                _ = _span.SetTag(Names.RpcStatus, status);
            }

            Spans.End(_span, error);
        }
    }

    private void Record(TimeSpan elapsed, string? error, string? status)
    {
        var tags = new TagList { { Names.RpcSystem, Names.System }, { Names.RpcMethod, _method } };
        if (_address is not null)
        {
            tags.Add(Names.ServerAddress, _address);
        }

        if (status is not null)
        {
            tags.Add(Names.RpcStatus, status);
        }

        if (error is not null)
        {
            tags.Add(Names.ErrorType, error);
        }

        Guarded.Run((_durations: _durations!, elapsed, tags), static call => call._durations.Record(call.elapsed.TotalSeconds, call.tags));
    }
}
