using System.Diagnostics;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using DaemonRpc.Tasks;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>A real server with a handler of every shape, and an honest client that is connected all the time.</summary>
internal sealed class FuzzServer : IDisposable
{
    private readonly TaskCompletionSource _isMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<ITaskHandler?> _life;
    private readonly DaemonServer _daemon;
    private readonly ContractIdentity _contract;
    private SocketChannel? _honest;
    private FrameReader? _answers;
    private uint _call;

    /// <param name="contract">What it serves.</param>
    /// <param name="ready">Whether the handler is there at once.</param>
    public FuzzServer(ContractIdentity contract, bool ready)
    {
        // A task that does not end by itself is to be found, not ended.
        var options = new DaemonOptions { IdleTimeout = Timeout.InfiniteTimeSpan, CancelGrace = Timeout.InfiniteTimeSpan };
        var welcome = new Welcome
        {
            Id = contract.Id,
            Contract = contract.Name,
            Build = contract.Build,
            ContractBuild = contract.Build,
            ProcessId = Environment.ProcessId,
            Incarnation = TestServer.Incarnation,
            MaxFrameBytes = options.MaxFrameBytes,
        };
        _contract = contract;
        _daemon = new DaemonServer(contract, new RunningProgram(default), welcome, options, new TestServer.RecordedEnd(), new RestartBudget(static () => [], options.TimeProvider), NullLogger.Instance)
        {
            Outcomes = new ForcedOutcomes([new TaskOutcome { Task = new DaemonTaskId(5, 6), ConnectionKey = 7, CallId = 8, Outcome = CancelOutcome.Forced, Method = "Method" }]),
        };
        if (ready)
        {
            _isMade.SetResult();
        }

        _life = HandlerLife.BeginAsync(
            _daemon,
            DaemonAddress.InProcess(contract.Id, ""),
            async (context, _) =>
            {
                await _isMade.Task;
                return new DispatcherHandler(new FuzzDispatcher(context), contract.Methods);
            },
            NullLogger.Instance,
            new LogQueue(NullLogger.Instance));
        if (ready)
        {
            BecomeReady();
        }
    }

    /// <summary>Whether it was asked to leave, as any client may, and admits no more calls.</summary>
    public bool IsLeaving => _daemon.Shutdown.HasBegun;

    public void BecomeReady()
    {
        _ = _isMade.TrySetResult();
        Assert.True(_life.Wait(FuzzLimits.Wait), "The factory did not end.");
    }

    public void Accept(IByteChannel channel) => _daemon.Accept(channel);

    /// <summary>Makes a call as an honest client, or waits for the server's end if it is leaving. Whatever ran before must end for that.</summary>
    public void Serve()
    {
        if (IsLeaving)
        {
            Assert.True(_daemon.Shutdown.Drained.Wait(FuzzLimits.Wait), "A task runs on, and the daemon cannot leave.");
            return;
        }

        try
        {
            _answers ??= Connect();
            _answers.Until = new Deadline(FuzzLimits.Wait);
            _honest!.Send(Frames.Of(FrameKind.Request, ++_call, TestRequest(FuzzMethod.Echo), Frames.Value("honest")).Bytes);
            FrameKind answer;
            while ((answer = Hear(out byte[] payload)) != FrameKind.Result)
            {
                Assert.True(answer is FrameKind.Queued or FrameKind.Started, $"An honest call was answered with {answer}: {Convert.ToHexString(payload)}");
            }
        }
        catch (Exception exception) when (exception is TimeoutException or IOException)
        {
            Assert.Fail($"An honest client was not served any more: {exception.Message} The daemon: {_daemon.Board.Current.State}, {_daemon.Board.Current.Task?.Method}.");
        }
    }

    public void Dispose()
    {
        BecomeReady();
        _daemon.Shutdown.Begin(GoodbyeReason.Stopping, "The input has been tried.");
        _daemon.Close();
        _daemon.Sessions.CloseAll();
        _honest?.Dispose();
    }

    private FrameReader Connect()
    {
        (_honest, SocketChannel ours) = SocketChannels.Create();
        Accept(ours);
        _honest.Send(Frames.Of(FrameKind.Hello, 0, new Hello { Id = _contract.Id, Contract = _contract.Name, Build = _contract.Build, ForCalls = true, BusyTimeout = -1 }.Write).Bytes);
        _answers = new FrameReader(_honest) { MaxPayloadBytes = FrameLimits.Default, Until = new Deadline(FuzzLimits.Wait) };
        Assert.Equal(FrameKind.Welcome, Hear(out _));
        return _answers;
    }

    private FrameKind Hear(out byte[] payload)
    {
        Assert.True(_answers!.TryRead(out FrameHeader header, out ReadOnlySpan<byte> bytes), "The connection of an honest client has ended.");
        payload = bytes.ToArray();
        return header.Kind;
    }

    private byte[] TestRequest(FuzzMethod method) => Frames.Bytes(output =>
    {
        var header = new RequestHeader(_contract.Build, (uint)method, 0, 1);
        header.Write(output.GetSpan(header.Size));
        output.Advance(header.Size);
    });
}

/// <summary>How long something may take, and cost, before it counts as a defect.</summary>
internal static class FuzzLimits
{
    /// <summary>While a failing input is made smaller: it fails by waiting, perhaps.</summary>
    public static TimeSpan ShortWait { get; } = TimeSpan.FromSeconds(2);

    public static TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What an input may allocate beside its multiple: twice the blind growth of a buffer, an attachment's first piece, the honest call.</summary>
    public const long Allocation = 6 * 1024 * 1024;

    public const long AllocationPerByte = 256;

    /// <summary>Waits for what another thread brings about and tells nobody.</summary>
    public static void Until(Func<bool> condition, Func<string> otherwise)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Wait)
            {
                Assert.Fail(otherwise());
            }

            _ = Thread.Yield();
        }
    }
}
