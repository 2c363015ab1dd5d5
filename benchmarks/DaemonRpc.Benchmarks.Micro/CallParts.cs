using System.Buffers;
using BenchmarkDotNet.Attributes;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Serialization;
using DaemonRpc.Tasks;
using MemoryPack;

namespace DaemonRpc.Benchmarks.Micro;

/// <summary>What a call is made of, apart from sockets and threads.</summary>
public class CallParts
{
    private const int PayloadSize = 64;
    private const int Yields = 10_000;

    private static readonly AskedTask s_asked = new(null!, ClientProcessId: 1, CallId: 1, new RequestHeader(default, Method: 1, Credit: 0, ArgumentCount: 0), "IndexAsync", Runner: null);

    private static readonly DaemonStatus s_status = new()
    {
        State = DaemonState.Busy,
        Message = "Indexing 120 of 4,000",
        Progress = 0.03,
        Sequence = 42,
        TasksFinished = 7,
        Task = new DaemonTask { Id = new DaemonTaskId(1, 2), Method = "IndexAsync", StartedAt = DateTimeOffset.UnixEpoch, ClientProcessId = 3 },
    };

    private readonly byte[] _payload = new byte[PayloadSize];
    private readonly FrameReader _reader = new(new EndlessChannel(NewFrame()));
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly byte[] _message;
    private readonly byte[] _arguments;
    private readonly StatusBoard _board = new();
    private readonly ArgumentReader _reading = new(new TaskReply(new RunningTask()));
    private readonly TaskSlot _slot;
    private readonly TaskFlow _yieldFlow;
    private readonly TaskYield _yield;
    private readonly RunningTask _yielding;
    private readonly byte[] _record = MemoryPackSerializer.Serialize(MeasuredRecord.Make(7));
    private readonly byte[] _records = MemoryPackSerializer.Serialize(Enumerable.Range(0, 1000).Select(MeasuredRecord.Make).ToList());
    private readonly ValueShape[] _shapes = ValueShapeReader.Read($"{MeasuredRecord.Shape}\n[ #0");

    /// <summary>Makes what is read.</summary>
    public CallParts()
    {
        StatusMessage.Write(_output, s_status);
        _message = _output.WrittenSpan.ToArray();
        _output.ResetWrittenCount();
        WriteArguments();
        _arguments = _output.WrittenSpan.ToArray();
        _slot = new TaskSlot(_board, incarnation: 1, TimeProvider.System);
        _board.Ready();
        var yieldSlot = new TaskSlot(new StatusBoard(), incarnation: 1, TimeProvider.System);
        _yieldFlow = new TaskFlow(yieldSlot, incarnation: 1);
        _yield = new TaskYield(yieldSlot, _yieldFlow);
        _ = yieldSlot.TryAdmit(s_asked, out RunningTask? yielding, out _);
        _yielding = yielding!;
    }

    /// <summary>A frame, from being rented to being returned.</summary>
    [Benchmark(Description = "frame, written")]
    public int WriteFrame()
    {
        var frame = FrameBuffer.Rent();
        _payload.CopyTo(frame.GetSpan(PayloadSize));
        frame.Advance(PayloadSize);
        int length = frame.Finish(FrameKind.Request, 1).Frame.Length;
        frame.Return();
        return length;
    }

    /// <summary>A frame, cut from the bytes that came.</summary>
    [Benchmark(Description = "frame, read")]
    public int ReadFrame() => _reader.TryRead(out _, out ReadOnlySpan<byte> payload) ? payload.Length : throw new EndOfStreamException();

    /// <summary>Two numbers.</summary>
    [Benchmark(Description = "two arguments, written")]
    public int WriteArguments()
    {
        _output.ResetWrittenCount();
        Value.Write(_output, 1, "first");
        Value.Write(_output, 2, "second");
        return _output.WrittenCount;
    }

    /// <summary>Two numbers.</summary>
    [Benchmark(Description = "two arguments, read")]
    public int ReadArguments()
    {
        _reading.Begin(_arguments, 2);
        return _reading.Next<int>() + _reading.Next<int>();
    }

    /// <summary>A record of ten members, four of them strings.</summary>
    [Benchmark(Description = "value of a record, walked through")]
    public int WalkRecord() => ValueWalk.Measure(_record, _shapes[0]);

    /// <summary>The same record.</summary>
    [Benchmark(Description = "value of a record, read")]
    public MeasuredRecord? ReadRecord() => MemoryPackSerializer.Deserialize<MeasuredRecord>(_record);

    /// <summary>A thousand of them.</summary>
    [Benchmark(Description = "value of 1000 records, walked through")]
    public int WalkRecords() => ValueWalk.Measure(_records, _shapes[1]);

    /// <summary>The same thousand.</summary>
    [Benchmark(Description = "value of 1000 records, read")]
    public List<MeasuredRecord>? ReadRecords() => MemoryPackSerializer.Deserialize<List<MeasuredRecord>>(_records);

    /// <summary>With a message, a fraction and a task.</summary>
    [Benchmark(Description = "status, written")]
    public int WriteStatus()
    {
        _output.ResetWrittenCount();
        StatusMessage.Write(_output, s_status);
        return _output.WrittenCount;
    }

    /// <summary>With a message, a fraction and a task.</summary>
    [Benchmark(Description = "status, read")]
    public DaemonStatus ReadStatus() => StatusMessage.Read(_message);

    /// <summary>Into the slot and out of it, both published.</summary>
    [Benchmark(Description = "task, admitted and released")]
    public bool Admit()
    {
        bool admitted = _slot.TryAdmit(s_asked, out RunningTask? task, out _);
        _slot.Release(task!, null);
        _slot.Answered(task);
        return admitted;
    }

    /// <summary>What a task pays at a safe point where nobody waits.</summary>
    [Benchmark(Description = "giving way to nobody", OperationsPerInvoke = Yields)]
    public bool GiveWay()
    {
        // The calling code must be a part of the task.
        _yieldFlow.Enter(_yielding, hasOwnMark: true);
        CancellationToken cancellationToken = _yielding.Token;
        bool all = true;
        for (int time = 0; time < Yields; time++)
        {
            all &= IsDone(_yield.YieldAsync(cancellationToken));
        }

        return all;
    }

    private static bool IsDone(ValueTask yield) => yield.IsCompletedSuccessfully;

    private static byte[] NewFrame()
    {
        byte[] frame = new byte[FrameHeader.Size + PayloadSize];
        new FrameHeader(FrameKind.Request, 1, PayloadSize).Write(frame);
        return frame;
    }
}
