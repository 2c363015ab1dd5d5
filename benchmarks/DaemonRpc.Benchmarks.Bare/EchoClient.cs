using System.Net.Sockets;

namespace DaemonRpc.Benchmarks.Bare;

/// <summary>Asks the echo daemon.</summary>
/// <param name="path">Of its socket.</param>
/// <param name="kind">Of the wire.</param>
internal sealed class EchoClient(string path, string kind) : MeasuredClient
{
    private readonly byte[] _message = new byte[EchoMessage.Size];
    private byte[] _large = [];
    private byte[] _echo = [];
    private Socket? _socket;
    private EchoWire? _wire;

    /// <summary>One round trip, with a daemon started for it if none runs.</summary>
    public static int Call(string path, string kind)
    {
        using Socket socket = SelfLaunch.ConnectOrStart(path, "serve", path, kind);
        RoundTrip(EchoWire.Over(socket, kind), new byte[EchoMessage.Size]);
        return 0;
    }

    // It is connected when it is first needed: the daemon serves one connection at a time.
    private EchoWire Wire => _wire ??= EchoWire.Over(_socket = SelfLaunch.Connect(path), kind);

    public override ValueTask<int> AddAsync(int left, int right)
    {
        RoundTrip(Wire, _message);
        return new ValueTask<int>(left + right);
    }

    public override ValueTask<byte[]> EchoAsync(byte[] payload)
    {
        byte[] message = LargeOf(payload.Length);
        new EchoMessage(EchoMessage.Kind.Echo, payload.Length).Write(message);
        payload.CopyTo(message.AsSpan(EchoMessage.Size));
        if (!Wire.ReusesBuffers)
        {
            RoundTrip(Wire, message, EchoMessage.Size);
            return new ValueTask<byte[]>(Wire.ReceiveArray(payload.Length));
        }

        if (_echo.Length != payload.Length)
        {
            _echo = new byte[payload.Length];
        }

        RoundTrip(Wire, message);
        message.AsSpan(EchoMessage.Size).CopyTo(_echo);
        return new ValueTask<byte[]>(_echo);
    }

    // An item: its length, and a number.
    public override ValueTask ReceiveItemsAsync(int count) => Receive(count * 2 * sizeof(int));

    public override ValueTask SendItemsAsync(int count) => Send(count * 2 * sizeof(int));

    public override ValueTask ReceiveBytesAsync(int count) => Receive(count);

    public override ValueTask SendBytesAsync(int count) => Wire.ReusesBuffers ? Send(count) : SendMessages(count);

    public override ValueTask ConnectAndAddAsync()
    {
        using Socket socket = SelfLaunch.Connect(path);
        RoundTrip(EchoWire.Over(socket, kind), _message);
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void RoundTrip(EchoWire wire, byte[] buffer) => RoundTrip(wire, buffer, buffer.Length);

    private static void RoundTrip(EchoWire wire, byte[] buffer, int answer)
    {
        wire.Send(buffer);
        wire.ReceiveWhole(buffer.AsSpan(0, answer), 0);
    }

    /// <summary>Made once for each size.</summary>
    private byte[] LargeOf(int amount)
    {
        if (_large.Length != EchoMessage.Size + amount)
        {
            _large = new byte[EchoMessage.Size + amount];
        }

        return _large;
    }

    private ValueTask Receive(int amount)
    {
        byte[] request = new byte[EchoMessage.Size];
        new EchoMessage(EchoMessage.Kind.Send, amount).Write(request);
        Wire.Send(request);
        Wire.ReceivePieces(amount);
        return ValueTask.CompletedTask;
    }

    private ValueTask Send(int amount)
    {
        byte[] request = new byte[EchoMessage.Size];
        new EchoMessage(EchoMessage.Kind.Take, amount).Write(request);
        Wire.Send(request);
        Wire.SendPieces(amount);
        Wire.ReceiveWhole(request, 0);
        return ValueTask.CompletedTask;
    }

    /// <summary>As a call takes them: arrays of another size cost the runtime something else.</summary>
    private ValueTask SendMessages(int amount)
    {
        byte[] message = LargeOf(LargePieceSize);
        for (int sent = 0; sent < amount; sent += LargePieceSize)
        {
            new EchoMessage(EchoMessage.Kind.Take, LargePieceSize).Write(message);
            RoundTrip(Wire, message, EchoMessage.Size);
        }

        return ValueTask.CompletedTask;
    }
}
