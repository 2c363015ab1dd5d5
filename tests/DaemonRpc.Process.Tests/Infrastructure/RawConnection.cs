using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>A connection to the daemon's socket that says whatever a test wants, rightly or wrongly.</summary>
internal sealed class RawConnection : IDisposable
{
    public const byte Hello = 1;
    public const byte Welcome = 2;
    public const byte Request = 3;
    public const byte Error = 5;
    public const byte StatusQuery = 11;
    public const byte Status = 12;
    public const byte CancelTask = 13;
    public const byte CancelReply = 14;
    public const byte Stop = 15;
    public const byte StopReply = 16;
    public const byte Goodbye = 17;

    public const int HeaderSize = 9;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public RawConnection(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    /// <summary>A hello for the test service that no daemon can mind.</summary>
    public static byte[] ProperHello { get; } = Frame(Hello, 0, [.. Field(1, 1), .. Field(2, DaemonSandbox.Id), .. Field(5, "a test")]);

    public static byte[] Frame(byte kind, uint callId, params ReadOnlySpan<byte> payload) => [.. Header(kind, callId, (uint)payload.Length), .. payload];

    /// <summary>The header alone: a promise of that many bytes.</summary>
    public static byte[] Header(byte kind, uint callId, uint length)
    {
        byte[] header = new byte[HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        header[4] = kind;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(5), callId);
        return header;
    }

    /// <summary>Connects and introduces itself.</summary>
    public static async Task<RawConnection> IntroducedAsync(string path)
    {
        var connection = new RawConnection(path);
        await connection.SendAsync(ProperHello);
        (byte kind, _) = await connection.ReceiveAsync();
        Assert.Equal(Welcome, kind);
        return connection;
    }

    public async Task SendAsync(params byte[] bytes) => _ = await _socket.SendAsync(bytes).InTime();

    /// <summary>Says that no more bytes will come.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next frame, or kind 0 when the daemon ended the connection.</summary>
    public async Task<(byte Kind, string Text)> ReceiveAsync()
    {
        byte[] header = new byte[HeaderSize];
        if (!await FillAsync(header))
        {
            return default;
        }

        byte[] payload = new byte[BinaryPrimitives.ReadUInt32LittleEndian(header)];
        return await FillAsync(payload) ? (header[4], Encoding.UTF8.GetString(payload)) : default;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> FillAsync(Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int received;
            try
            {
                received = await _socket.ReceiveAsync(buffer).InTime();
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
            {
                // The daemon closed while bytes of ours were unread: an end like any other.
                return false;
            }

            if (received == 0)
            {
                return false;
            }

            buffer = buffer[received..];
        }

        return true;
    }

    public static byte[] Field(byte number, long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Field(number, bytes);
    }

    public static byte[] Field(byte number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(byte number, byte[] value)
    {
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
        return [number, .. length, .. value];
    }
}
