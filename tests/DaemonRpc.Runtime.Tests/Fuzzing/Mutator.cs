using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>Makes hostile inputs of honest ones. The same random numbers make the same input.</summary>
/// <param name="random">The numbers.</param>
/// <param name="others">Inputs of the same target, whose frames are put among others.</param>
internal sealed class Mutator(Random random, IReadOnlyList<FuzzInput> others)
{
    private const int MostMutations = 6;
    private const int MostSteps = 60;
    private const int MostBytes = 128 * 1024;

    private static readonly long[] s_interesting =
        [0, 1, 2, 3, 4, 8, 16, 0x7F, 0x80, 0xFF, 0x100, 400, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 1_000_000, 0x1000_0000, 0x1001_0000, int.MaxValue, int.MinValue, uint.MaxValue - 1_000_000, uint.MaxValue, long.MaxValue, long.MinValue, -1, -2, -3];

    public FuzzInput Mutate(FuzzInput input)
    {
        List<FuzzStep> steps = [.. input.Steps];
        for (int mutations = 1 + Skewed(MostMutations); mutations > 0 && steps.Count > 0; mutations--)
        {
            Mutate(steps, input.Target);
        }

        return steps.Count > MostSteps || steps.Sum(static step => step.Bytes.Length) > MostBytes ? input : input with { Steps = steps };
    }

    private void Mutate(List<FuzzStep> steps, string target)
    {
        int at = random.Next(steps.Count);
        FuzzStep step = steps[at];
        bool isMessage = target == "message";
        switch (random.Next(isMessage ? 8 : 16))
        {
            case 8:
                steps.Insert(random.Next(steps.Count + 1), step);
                break;

            case 9:
                steps.RemoveAt(at);
                break;

            case 10:
                int other = random.Next(steps.Count);
                (steps[at], steps[other]) = (steps[other], step);
                break;

            case 11:
                // A part of another conversation.
                IReadOnlyList<FuzzStep> foreign = others[random.Next(others.Count)].Steps;
                int from = random.Next(foreign.Count);
                steps.InsertRange(at, foreign.Skip(from).Take(1 + Skewed(4)));
                break;

            case 12:
                // The end comes in the middle of a frame.
                steps.RemoveRange(at + 1, steps.Count - at - 1);
                steps[at] = step.IsAwait ? step : step with { Bytes = step.Bytes[..(1 + random.Next(step.Bytes.Length))] };
                break;

            case 13 when target != "message" && !step.IsAwait:
                steps[at] = step with { Passed = Passed(step.Passed) };
                break;

            case 14 when target != "message" && !step.IsAwait && step.Passed.Length > 0:
                // They come with another frame.
                steps[at] = step with { Passed = [] };
                int to = random.Next(steps.Count);
                steps[to] = steps[to].IsAwait ? steps[to] : steps[to] with { Passed = step.Passed };
                break;

            default:
                steps[at] = step.IsAwait ? step : step with { Bytes = Mutate(step.Bytes, isMessage) };
                break;
        }
    }

    private byte[] Mutate(byte[] bytes, bool isMessage)
    {
        byte[] copy = [.. bytes];
        int at = random.Next(copy.Length);
        bool hasHeader = copy.Length >= FrameHeader.Size && !isMessage;
        switch (random.Next(11))
        {
            case 8 when hasHeader:
                // An attachment of any length, of which as much comes as there is.
                int attachment = (int)Math.Clamp(Interesting(), 0, FrameLimits.Default);
                int front = FrameHeader.Size + FrameHeader.AttachmentLengthSize;
                byte[] attached = [.. copy[..FrameHeader.Size], .. Frames.Number(attachment), .. copy[FrameHeader.Size..]];
                BinaryPrimitives.WriteInt32LittleEndian(attached, attached.Length - FrameHeader.Size + (random.Next(2) == 0 ? attachment : attachment - Math.Min(attachment, attached.Length - front)));
                attached[4] |= 0x80;
                return attached;

            case 0:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;

            case 1:
                copy[at] = (byte)random.Next(256);
                return copy;

            case 2 when hasHeader:
                // The kind, with or without an attachment.
                copy[4] = random.Next(4) == 0 ? (byte)(copy[4] ^ 0x80) : (byte)random.Next(36);
                return copy;

            case 3 when hasHeader:
                BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(5), (uint)Interesting());
                return copy;

            case 4 when hasHeader:
                uint length = BinaryPrimitives.ReadUInt32LittleEndian(copy);
                BinaryPrimitives.WriteUInt32LittleEndian(copy, random.Next(2) == 0 ? (uint)(length + random.Next(-20, 21)) : (uint)Interesting());
                return copy;

            case 5:
                // Bytes are left out, put in, or repeated. The frame says so, as an honest one would.
                int count = Math.Min(1 + Skewed(16), copy.Length - at);
                byte[] between = random.Next(3) switch
                {
                    0 => [],
                    1 => [.. copy[at..(at + count)], .. copy[at..(at + count)]],
                    _ => Some(Skewed(40)),
                };
                return Corrected([.. copy[..at], .. between, .. copy[(at + count)..]], hasHeader && at >= FrameHeader.Size);

            case 6:
                return Corrected([.. copy, .. Some(1 + Skewed(200))], hasHeader);

            case 7:
                return Corrected(copy[..Math.Max(at, Math.Min(copy.Length, hasHeader ? FrameHeader.Size : 1))], hasHeader && at >= FrameHeader.Size);

            default:
                int size = 1 << random.Next(1, 4);
                if (copy.Length >= size)
                {
                    // Where numbers stand, more often than elsewhere: at the beginning of what follows the header.
                    int begin = random.Next(2) == 0 || !hasHeader ? random.Next(copy.Length - size + 1) : Math.Min(FrameHeader.Size + random.Next(32), copy.Length - size);
                    Span<byte> number = stackalloc byte[sizeof(long)];
                    BinaryPrimitives.WriteInt64LittleEndian(number, Interesting());
                    number[..size].CopyTo(copy.AsSpan(begin));
                }

                return copy;
        }
    }

    private PassedKind[] Passed(PassedKind[] passed)
    {
        List<PassedKind> mutated = [.. passed];
        int kinds = Enum.GetValues<PassedKind>().Length;
        switch (random.Next(3))
        {
            case 0 when mutated.Count > 0:
                mutated.RemoveAt(random.Next(mutated.Count));
                break;

            case 1 when mutated.Count > 0:
                mutated[random.Next(mutated.Count)] = (PassedKind)random.Next(kinds);
                break;

            default:
                mutated.AddRange(Enumerable.Range(0, 1 + Skewed(10)).Select(_ => (PassedKind)random.Next(kinds)));
                break;
        }

        return [.. mutated.Take(DescriptorControl.Most)];
    }

    private static byte[] Corrected(byte[] frame, bool hasHeader)
    {
        if (hasHeader)
        {
            BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - FrameHeader.Size);
        }

        return frame;
    }

    private byte[] Some(int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private long Interesting() => random.Next(4) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : s_interesting[random.Next(s_interesting.Length)];

    /// <summary>A number from 0 below the limit, mostly a small one.</summary>
    private int Skewed(int limit) => (int)(limit * random.NextDouble() * random.NextDouble());
}
