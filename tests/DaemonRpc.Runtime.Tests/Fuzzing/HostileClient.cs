using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>A client that says anything to a real server. The server ends at most this client's connection, and serves the honest one.</summary>
internal sealed partial class HostileClient : FuzzTarget
{
    public const int ShutdownSending = 1;

    // Not a wait for something: how long the server may be silent before the client has heard enough.
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_longSilence = TimeSpan.FromMilliseconds(10);

    private FuzzServer? _server;

    // The daemon's end of the connection. It closes it when nothing is left to be done for the client.
    private SafeHandle? _far;

    public override string Name => "client";

    public override IReadOnlyList<FuzzSeed> Seeds => ClientSeeds.All;

    public override string Run(FuzzInput input, FuzzEnd end, string? brings)
    {
        bool starts = input.Scenario == "starting";
        if (starts || _server?.IsLeaving != false)
        {
            Rest();
            _server = new FuzzServer(TestServer.Contract, ready: !starts);
        }

        string heard = Talk(input, end, brings);
        FuzzLimits.Until(() => _far!.IsClosed, () => "The client has gone, and the daemon has not ended the connection.");
        _server.BecomeReady();
        _server.Serve();
        if (end != FuzzEnd.Leaves && !starts && MustRefuse(input))
        {
            // Answers to calls that were admitted before may follow it.
            Assert.True(heard.Contains("Goodbye", StringComparison.Ordinal), $"A frame's header breaks the protocol, and the daemon did not say so. It said: {heard}");
        }

        if (starts)
        {
            Rest();
        }

        return heard;
    }

    public override void Rest()
    {
        _server?.Dispose();
        _server = null;
    }

    private string Talk(FuzzInput input, FuzzEnd end, string? brings)
    {
        (SocketChannel near, SocketChannel far) = SocketChannels.Create();
        using var passed = new PassedThings();
        using SocketChannel channel = near;
        _far = far.Handle;
        _server!.Accept(far);
        var heard = new StringBuilder();
        var reader = new FrameReader(channel) { MaxPayloadBytes = FrameLimits.Default };
        FrameKind last = default;
        bool isOpen = true;
        foreach (FuzzStep step in input.Steps)
        {
            if (step.IsAwait)
            {
                channel.SilenceTimeout = s_longSilence;
                isOpen = isOpen && (brings is null ? Hear(reader, heard, ref last) || reader.IsSilent : HearInTime(reader, heard, ref last));
            }
            else if (!TrySend(channel, step, passed))
            {
                break;
            }
        }

        if (end == FuzzEnd.Lingers)
        {
            // It may have been ready all the time.
            _server.BecomeReady();
            while (brings is not null && !heard.ToString().StartsWith(brings, StringComparison.Ordinal) && HearInTime(reader, heard, ref last))
            {
            }

            channel.SilenceTimeout = s_silence;
            while (isOpen && Hear(reader, heard, ref last))
            {
            }
        }

        passed.Dispose();
        if (end == FuzzEnd.Leaves)
        {
            return "";
        }

        channel.SilenceTimeout = Timeout.InfiniteTimeSpan;
        _ = LibC.Shutdown((int)channel.Handle.DangerousGetHandle(), ShutdownSending);
        while (HearInTime(reader, heard, ref last))
        {
        }

        return heard.ToString();
    }

    /// <summary>Sends a step with its descriptors. Returns false if the other end has ended the connection.</summary>
    public static bool TrySend(SocketChannel channel, FuzzStep step, PassedThings passed)
    {
        try
        {
            int sent = 0;
            if (step.Passed.Length > 0)
            {
                SafeFileHandle[] handles = [.. step.Passed.Select(passed.Create)];
                while ((sent = channel.TrySend(step.Bytes, default, handles)) == 0)
                {
                    Assert.True(channel.WaitForRoom(FuzzLimits.Wait), "The other end reads nothing any more.");
                }

                Array.ForEach(handles, static handle => handle.Dispose());
            }

            channel.Send(step.Bytes.AsSpan(sent));
            return true;
        }
        catch (IOException)
        {
            // The other end has ended the connection already.
            return false;
        }
    }

    /// <summary>Hears a frame that must come, if the connection does not end.</summary>
    private static bool HearInTime(FrameReader reader, StringBuilder heard, ref FrameKind last)
    {
        reader.Until = new Deadline(FuzzLimits.Wait);
        bool isHeard = Hear(reader, heard, ref last);
        reader.Until = null;
        return isHeard;
    }

    /// <summary>Hears a frame. Returns false when the connection has ended, or is silent.</summary>
    private static bool Hear(FrameReader reader, StringBuilder heard, ref FrameKind last)
    {
        try
        {
            if (!reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
            {
                return false;
            }

            string kind = $"{header.Kind}";
            if (last != header.Kind)
            {
                _ = heard.Append(heard.Length == 0 ? "" : " ").Append(kind);
            }

            if (header.Kind is FrameKind.Goodbye)
            {
                _ = heard.Append(' ').Append(Generally(Goodbye.Read(payload).Message));
            }
            else if (header.Kind is FrameKind.Error)
            {
                var error = ErrorMessage.Read(payload);
                _ = heard.Append(' ').Append(Generally($"{error.Type} {error.Message}"));
            }

            last = header.Kind;
            return true;
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The client waits for an answer, or for the end of the connection that it has ended, in vain. The daemon said: {heard}");
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Returns a text without the numbers and names that differ from input to input.</summary>
    public static string Generally(string text) => Names().Replace(text, "#") is var general && general.Length > 80 ? general[..80] : Names().Replace(text, "#");

    /// <summary>
    /// Whether the header of a frame, after an honest hello, breaks the protocol, as docs/protocol.md says it: the daemon must say goodbye for it, if not for something before it.
    /// </summary>
    private static bool MustRefuse(FuzzInput input)
    {
        byte[] bytes = [.. input.Steps.SelectMany(static step => step.Bytes)];
        if (!bytes.AsSpan().StartsWith(ClientSeeds.Hello))
        {
            return false;
        }

        uint lastCall = 0;
        for (int start = ClientSeeds.Hello.Length; bytes.Length - start >= FrameHeader.Size;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(start));
            byte kind = bytes[start + 4];
            uint callId = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(start + 5));
            bool hasAttachment = (kind & 0x7F) is 3 or 4 or 8 or 23 or 26 or 27 && kind > 0x7F;
            int plain = hasAttachment ? kind & 0x7F : kind;
            if (length - (hasAttachment ? 4L : 0) > FrameLimits.Default + (plain == 26 ? FrameLimits.BatchRoom : 0))
            {
                return true;
            }

            if (length > bytes.Length - start - FrameHeader.Size)
            {
                return false;
            }

            if (plain is not (3 or 9 or 10 or 11 or 13 or 15 or 18 or 26 or 27) || (plain == 3 && callId <= lastCall) || (plain == 9 && length != 4))
            {
                return true;
            }

            lastCall = plain == 3 ? callId : lastCall;
            start += FrameHeader.Size + (int)length;
        }

        return false;
    }

    [GeneratedRegex("[0-9a-f]*[0-9][0-9a-f]*|'[^']*'")]
    private static partial Regex Names();
}
